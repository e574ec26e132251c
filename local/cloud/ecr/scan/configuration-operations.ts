import type * as model from '@aws-sdk/client-ecr';
import type { Operations, OutgoingEvent } from '../../service.ts';
import type { Registries, Registry } from '../registries.ts';
import { findRepository, type StoredRepository } from '../repositories.ts';
import { isScannable, scanningOf } from './decide-scan.ts';
import { type FrequencyChange, frequencyChanged } from './events.ts';
import type { Scanner } from './scanner.ts';

function frequencies(registry: Registry): Map<StoredRepository, model.ScanFrequency> {
  return new Map([...registry.repositories.values()].map((stored) => [stored, scanningOf(registry, stored).frequency]));
}

function changesSince(before: ReturnType<typeof frequencies>, registry: Registry): FrequencyChange[] {
  return [...frequencies(registry)].flatMap(([stored, now]) => {
    const { repositoryName: name, repositoryArn: arn } = stored.repository;
    const was = before.get(stored) ?? 'MANUAL';
    return was === now ? [] : [{ name, arn, now, before: was }];
  });
}

/** Enhanced scanning looks at what is there when it is turned on; basic scanning only at what comes. */
function scanPresent(registry: Registry, scanner: Scanner): void {
  for (const stored of registry.repositories.values()) {
    if (scanningOf(registry, stored).frequency === 'MANUAL') continue;
    for (const image of stored.images.values())
      if (isScannable(image) && image.scan?.kind !== 'enhanced') scanner.begin({ registry, stored, image });
  }
}

interface Ports {
  registries: Registries;
  scanner: Scanner;
  emit: (event: OutgoingEvent) => void;
}

export function scanConfigurationOperations({ registries, scanner, emit }: Ports) {
  return {
    PutImageScanningConfiguration: (input, caller) => {
      const registry = registries.of(input, caller);
      const { repository } = findRepository(registry, input.repositoryName);
      const imageScanningConfiguration = { scanOnPush: input.imageScanningConfiguration.scanOnPush ?? false };
      repository.imageScanningConfiguration = imageScanningConfiguration;
      return {
        registryId: registry.place.account,
        repositoryName: input.repositoryName,
        imageScanningConfiguration,
      };
    },
    PutRegistryScanningConfiguration: (input, caller) => {
      const registry = registries.of({}, caller);
      const before = frequencies(registry);
      const rules = (input.rules ?? []) as model.RegistryScanningRule[];
      registry.scanning = { scanType: input.scanType ?? registry.scanning.scanType, rules };
      if (registry.scanning.scanType === 'ENHANCED') {
        const changes = changesSince(before, registry);
        if (changes.length > 0) frequencyChanged(emit, registry, changes);
        scanPresent(registry, scanner);
      }
      return { registryScanningConfiguration: registry.scanning };
    },
    GetRegistryScanningConfiguration: (_input, caller) => {
      const { place, scanning } = registries.of({}, caller);
      return { registryId: place.account, scanningConfiguration: scanning };
    },
    BatchGetRepositoryScanningConfiguration: ({ repositoryNames }, caller) => {
      const registry = registries.of({}, caller);
      const found = repositoryNames.flatMap((name) => registry.repositories.get(name) ?? []);
      const absent = repositoryNames.filter((name) => !registry.repositories.has(name));
      return {
        scanningConfigurations: found.map((stored) => shown(registry, stored)),
        failures: absent.map((repositoryName) => ({
          repositoryName,
          failureCode: 'REPOSITORY_NOT_FOUND' as const,
          failureReason: `The repository with name '${repositoryName}' does not exist in the registry with id '${registry.place.account}'`,
        })),
      };
    },
  } satisfies Operations<typeof model>;
}

function shown(registry: Registry, stored: StoredRepository): model.RepositoryScanningConfiguration {
  const { frequency, filters } = scanningOf(registry, stored);
  return {
    repositoryArn: stored.repository.repositoryArn,
    repositoryName: stored.repository.repositoryName,
    scanOnPush: frequency !== 'MANUAL',
    scanFrequency: frequency,
    appliedScanFilters: filters,
  };
}
