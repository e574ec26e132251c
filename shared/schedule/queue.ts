export interface Queued<T> {
  atMs: number;
  value: T;
}

/** Many series of times merged into one: a binary heap of each one's next time; of equal times the one given first. */
export function timeQueue<T>(given: readonly Queued<T>[]) {
  const heap = given.map((queued, order) => ({ ...queued, order }));
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) sink(heap, at);
  return {
    first: (): Queued<T> | undefined => heap[0],
    /** The first one's series goes on at that time, or ends. */
    move(toMs: number | undefined): void {
      const first = heap[0];
      if (!first) return;
      if (toMs !== undefined) first.atMs = toMs;
      else {
        const last = heap.pop();
        if (last && last !== first) heap[0] = last;
      }
      sink(heap, 0);
    },
  };
}

type Entry = Queued<unknown> & { order: number };

const isBefore = (a: Entry, b: Entry) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

function sink(heap: Entry[], from: number): void {
  for (let at = from; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    let least = at;
    if (left < heap.length && isBefore(heap[left] as Entry, heap[least] as Entry)) least = left;
    if (right < heap.length && isBefore(heap[right] as Entry, heap[least] as Entry)) least = right;
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least] as Entry, heap[at] as Entry];
    at = least;
  }
}
