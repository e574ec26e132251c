/** Does the work under `key`; who asks while it is under way gets the same answer, or the same error. */
export type Together = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/** For what runs that are launched at the same time need once. Nothing is kept when it is done. */
export function together(): Together {
  const underWay = new Map<string, Promise<unknown>>();
  return <Result>(key: string, work: () => Promise<Result>): Promise<Result> => {
    const present = underWay.get(key) as Promise<Result> | undefined;
    if (present) return present;
    const mine = work().finally(() => underWay.delete(key));
    underWay.set(key, mine);
    return mine;
  };
}
