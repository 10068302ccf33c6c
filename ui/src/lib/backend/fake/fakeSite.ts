/** What the fake knows of sites, people and admins. */
import type { AccountSummary } from '../types/AccountSummary';
import type { CardSecret } from '../types/CardSecret';
import type { CheckOutcome } from '../types/CheckOutcome';
import type { ConnectionCard } from '../types/ConnectionCard';
import type { ErrorCode } from '../types/ErrorCode';
import type { GrantedSite } from '../types/GrantedSite';
import type { IpcError } from '../types/IpcError';
import type { ReturnRoute } from '../types/ReturnRoute';
import type { SetupGuide } from '../types/SetupGuide';
import type { SiteCheck } from '../types/SiteCheck';
import type { SiteCheckKind } from '../types/SiteCheckKind';
import type { SiteDetection } from '../types/SiteDetection';
import type { SiteKind } from '../types/SiteKind';

export function fault(code: ErrorCode): IpcError {
  return { code, message: `the fake answers with ${code}` };
}

/** Two people, so that a site can be signed in to twice. */
export const people: Record<'mara' | 'tomas', AccountSummary> = {
  mara: { name: 'Mara Lindqvist', email: 'mara@larkspoke.example', picture: portrait('#5b8c5a', '#f2d8c2') },
  tomas: { name: 'Tomás Ferreira', email: 'tomas@larkspoke.example', picture: null },
};

export const permissions = [
  'read:space:confluence',
  'read:page:confluence',
  'read:hierarchical-content:confluence',
  'read:folder:confluence',
  'read:attachment:confluence',
  'read:comment:confluence',
  'read:label:confluence',
  'read:user:confluence',
  'read:content-details:confluence',
];

const DEADLY: SiteCheckKind[] = ['reachable', 'certificate', 'confluence'];
const DETAILS: Partial<Record<SiteCheckKind, string>> = { version: '8.5.3', clock: '11' };

/** What is at an address; each check ends as `outcomes` says, or well. */
export function detected(
  text: string,
  outcomes: Partial<Record<SiteCheckKind, CheckOutcome>>,
): SiteDetection {
  const written = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || !/[.:]/.test(url.host)) throw fault('address-invalid');
  const kind: SiteKind = url.host.endsWith('.atlassian.net') ? 'cloud' : 'data-center';
  const context = kind === 'cloud' ? '' : (/^\/(confluence|wiki)(?=\/|$)/.exec(url.pathname)?.[0] ?? '');
  const kinds: SiteCheckKind[] = ['reachable', 'encrypted', 'certificate', 'confluence'];
  if (kind === 'data-center') kinds.push('version', 'clock');
  const checks: SiteCheck[] = kinds.map((what) => ({
    what,
    outcome: outcomes[what] ?? (what === 'encrypted' && url.protocol === 'http:' ? 'bad' : 'good'),
    detail: DETAILS[what] ?? null,
  }));
  const dead = checks.findIndex(({ what, outcome }) => outcome === 'bad' && DEADLY.includes(what));
  return {
    kind,
    address: `${url.origin}${context}`,
    host: url.host,
    version: kind === 'cloud' || dead >= 0 ? null : '8.5.3',
    // Nothing can be told of what lies behind a site that cannot be read.
    checks: dead < 0 ? checks : checks.slice(0, dead + 1),
    is_usable: checks.every(({ outcome }) => outcome !== 'bad'),
  };
}

const CALLBACKS: Record<ReturnRoute, string> = {
  loopback: 'http://localhost:17893/oauth/callback',
  'deep-link': 'app.pagelift:/oauth/callback',
  paste: '',
};

export function guide(kind: SiteKind, route: ReturnRoute, address: string | null): SetupGuide {
  const callback =
    CALLBACKS[kind === 'cloud' && route === 'paste' ? 'loopback' : route] ||
    `${address ?? 'https://wiki.example.com'}/oauth/callback`;
  const wanted = kind === 'cloud' ? permissions : ['Read'];
  return {
    kind,
    callback,
    name: 'Pagelift',
    permissions: wanted,
    optional_permissions:
      kind === 'cloud'
        ? ['read:database:confluence', 'read:whiteboard:confluence', 'read:embed:confluence', 'read:me']
        : [],
    console:
      kind === 'cloud'
        ? 'https://developer.atlassian.com/console/myapps/'
        : `${address ?? 'https://wiki.example.com'}/plugins/servlet/applinks/listApplicationLinks`,
    message: `Hello,\n\nI would like to export pages of ${address ?? 'our Confluence'} with Pagelift. Could you set up its sign-in?\n\nReturn address: ${callback}\nPermissions: ${wanted.join(', ')}\n`,
  };
}

/** A card as an admin saves it. */
export function sampleCard(secret: CardSecret): ConnectionCard {
  return {
    id: 'card-1',
    kind: 'cloud',
    address: 'https://larkspoke.atlassian.net',
    name: 'Larkspoke wiki',
    client_id: 'Qx7mV2pLr9Ks0aYtBn4e',
    route: 'loopback',
    callback: CALLBACKS.loopback,
    secret,
  };
}

/** The sites that a sign-in opens: the one that was asked for, and `more` others. */
export function granted(host: string, more: number, missing: string[]): GrantedSite[] {
  const first: GrantedSite = {
    id: host,
    name: nameOf(host),
    host,
    is_wanted: true,
    is_known: false,
    missing,
  };
  const others = ['docs', 'labs', 'archive'].slice(0, more).map((part) => ({
    ...first,
    id: `${part}-${host}`,
    name: `${nameOf(host)} ${part}`,
    host: `${part}-${host}`,
    is_wanted: false,
  }));
  return [first, ...others];
}

export function nameOf(host: string): string {
  return host.split('.')[0] ?? host;
}

/** A picture such as sites have of people: a head and shoulders. */
function portrait(back: string, skin: string): string {
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" fill="${back}"/><circle cx="24" cy="19" r="9" fill="${skin}"/><path d="M6 48a18 18 0 0 1 36 0z" fill="#2f4858"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(picture)}`;
}
