/** A made-up site, the same each time: spaces, and the nodes of their trees. */
import type { NodeKind } from '../types/NodeKind';
import type { SpaceSummary } from '../types/SpaceSummary';
import type { TreeNode } from '../types/TreeNode';

export const HOST = 'https://sample.pagelift.app/wiki';

export const spaces: readonly SpaceSummary[] = [
  { id: '1', key: 'HB', name: 'Handbook', kind: 'team', status: 'current' },
  { id: '2', key: 'DOCS', name: 'Product docs', kind: 'team', status: 'current' },
  { id: '3', key: 'TEAM', name: 'Workshop team', kind: 'team', status: 'current' },
  { id: '4', key: 'OPS', name: 'Operations', kind: 'team', status: 'current' },
  { id: '5', key: '~mara', name: 'Mara Lindqvist', kind: 'personal', status: 'current' },
  { id: '6', key: '~yuki', name: 'Yuki Tanabe 田辺', kind: 'personal', status: 'current' },
  { id: '7', key: 'MOTH', name: 'Project Moth 2022', kind: 'team', status: 'archived' },
];

/** Titles of the handbook; two blanks more than the line above means below it. */
const OUTLINE = `
Welcome to Larkspoke
  Onboarding
    Your first day
    Your first week
    Who to ask
    Tools and accounts
      Laptop set-up
      Two-step sign-in
      VPN from home
  How we work
    Working hours and time off
    Meetings without slides
    Decisions and who takes them
    Writing for each other
      Style guide
      Templates
  People
    Roles
    Salary bands
    Growth talks
    Parental leave
  Workshop
    Safety rules
    Test stand
    Torque values
    Opening hours & keys
  Travel and expenses
    Booking a train
    Hotels we like
    Expense report, step by step
  IT and security
    Passwords
    Lost or stolen devices
    Data classification
  A very long title that somebody wrote to say everything at once, so that nobody needs to open the page at all
`;

const TOPICS = [
  'Lamps',
  'Hubs',
  'Wiring',
  'Chargers',
  'Bells',
  'Frames',
  'Wheels',
  'Brakes',
  'Mudguards',
  'Locks',
];
const SORTS = [
  'Overview',
  'Assembly',
  'Maintenance',
  'Troubleshooting',
  'Specification',
  'Release notes',
  'FAQ',
];

export function nodesOf(space: string, pages: number): TreeNode[] {
  const nodes = space === 'HB' ? handbook() : generated(space, sizeOf(space, pages));
  return space === 'DOCS' || space === 'HB' ? [...nodes, ...blog(space, 6)] : nodes;
}

function sizeOf(space: string, pages: number): number {
  if (space === 'DOCS') return pages;
  return space.startsWith('~') ? 6 : 24;
}

function handbook(): TreeNode[] {
  const nodes: TreeNode[] = [];
  const above: string[] = [];
  for (const line of OUTLINE.trim().split('\n')) {
    const depth = line.search(/\S/) / 2;
    const id = String(1000 + nodes.length);
    nodes.push(node(id, depth === 0 ? null : (above[depth - 1] ?? null), line.trim(), nodes.length));
    above[depth] = id;
  }
  const titled = (title: string) => nodes.find((one) => one.title === title);
  Object.assign(titled('Salary bands') ?? {}, { restricted: true });
  Object.assign(titled('Templates') ?? {}, { kind: 'folder' });
  Object.assign(titled('Growth talks') ?? {}, { status: 'draft' });
  Object.assign(titled('Hotels we like') ?? {}, { status: 'archived' });
  Object.assign(titled('Style guide') ?? {}, { kind: 'live-doc' });
  const how = titled('How we work')?.id ?? null;
  nodes.push(node('1900', how, 'Team map', 90, 'whiteboard'), node('1901', how, 'Tool list', 91, 'database'));
  nodes.push(node('1902', titled('Templates')?.id ?? null, 'Meeting notes', 0));
  return nodes;
}

/** A tree of any size: topics, of which each has pages with pages below them. Children come before their parents now and then. */
function generated(space: string, size: number): TreeNode[] {
  const nodes = [node(`${space}-0`, null, space === 'DOCS' ? 'Product docs home' : 'Home', 0)];
  for (let at = 1; at < size; at += 1) {
    const parent = at <= TOPICS.length ? 0 : Math.floor((at - 1) / 7);
    const topic = TOPICS[at % TOPICS.length] ?? '';
    const sort = SORTS[at % SORTS.length] ?? '';
    const title = at <= TOPICS.length ? topic : `${topic}: ${sort.toLowerCase()} ${at}`;
    nodes.push(node(`${space}-${at}`, `${space}-${parent}`, title, at));
  }
  return nodes.toSorted((a, b) => order(a.id) - order(b.id));
}

function blog(space: string, count: number): TreeNode[] {
  return Array.from({ length: count }, (_, at) => {
    const post = node(`${space}-blog-${at}`, null, `Workshop news no. ${at + 1}`, at, 'blog-post');
    return { ...post, position: null, modified: `2026-0${at + 1}-14T08:00:00Z` };
  });
}

function node(
  id: string,
  parent: string | null,
  title: string,
  at: number,
  kind: NodeKind = 'page',
): TreeNode {
  const month = String((at % 12) + 1).padStart(2, '0');
  const date = String((at % 27) + 1).padStart(2, '0');
  return {
    id,
    parent,
    kind,
    title,
    position: at,
    status: 'current',
    restricted: false,
    modified: `2026-${month}-${date}T09:30:00Z`,
    url: `${HOST}/spaces/x/pages/${id}`,
  };
}

/** A scramble that is the same each time. */
function order(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return sum;
}
