/** A built image as a container runtime sees it: its files and its configuration. */
export interface Image {
  /** Where its files are mounted. */
  root: string;
  user: string;
  entryPoint: string[];
  /** `NAME=value` */
  environment: string[];
  directory: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    image: Image;
  }
}
