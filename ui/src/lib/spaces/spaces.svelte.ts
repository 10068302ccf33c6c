/** The spaces of one site, in the groups of the sidebar. */
import { asIpcError, type Backend } from '../backend/backend';
import type { IpcError } from '../backend/types/IpcError';
import type { SpaceSummary } from '../backend/types/SpaceSummary';
import { folded } from '../filter/match';

export type GroupName = 'team' | 'personal' | 'archived';

export interface SpaceGroup {
  readonly name: GroupName;
  readonly spaces: readonly SpaceSummary[];
  readonly open: boolean;
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export class Spaces {
  list = $state.raw<readonly SpaceSummary[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<IpcError>();
  query = $state('');
  #closed = $state.raw<ReadonlySet<GroupName>>(new Set(['archived']));
  #backend: Backend;
  #site: string;

  readonly #folded = $derived(this.list.map((space) => folded(`${space.name} ${space.key}`)));
  readonly #found = $derived.by(() => {
    const query = folded(this.query.trim());
    return query === '' ? this.list : this.list.filter((_, at) => this.#folded[at]?.includes(query));
  });
  readonly found = $derived(this.#found.length);
  readonly groups = $derived.by(() => {
    const groups: Record<GroupName, SpaceSummary[]> = { team: [], personal: [], archived: [] };
    for (const space of this.#found) groups[groupOf(space)].push(space);
    const isOpen = (name: GroupName) => this.query.trim() !== '' || !this.#closed.has(name);
    return Object.entries(groups)
      .map(([name, spaces]): SpaceGroup => ({
        name: name as GroupName,
        spaces,
        open: isOpen(name as GroupName),
      }))
      .filter((group) => group.spaces.length > 0);
  });

  constructor(backend: Backend, site: string) {
    this.#backend = backend;
    this.#site = site;
  }

  async load(): Promise<void> {
    this.state = 'loading';
    this.error = undefined;
    try {
      const list = await this.#backend.spaces(this.#site);
      this.list = list.toSorted((a, b) => byName.compare(a.name, b.name));
      this.state = 'ready';
    } catch (reason) {
      this.error = asIpcError(reason);
      this.state = 'failed';
    }
  }

  withKey(key: string): SpaceSummary | undefined {
    return this.list.find((space) => space.key === key);
  }

  setOpen(name: GroupName, open: boolean): void {
    const closed = new Set(this.#closed);
    if (open) closed.delete(name);
    else closed.add(name);
    this.#closed = closed;
  }
}

function groupOf(space: SpaceSummary): GroupName {
  if (space.status === 'archived') return 'archived';
  return space.kind;
}
