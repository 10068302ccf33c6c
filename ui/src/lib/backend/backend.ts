/** Everything the UI asks of the engine. The window has `TauriBackend`, a plain browser and the tests `FakeBackend`. */
import type { AppInfo } from './types/AppInfo';
import type { CardRequest } from './types/CardRequest';
import type { ConnectionCard } from './types/ConnectionCard';
import type { Destination } from './types/Destination';
import type { ExportRequest } from './types/ExportRequest';
import type { FolderCheck } from './types/FolderCheck';
import type { IpcError } from './types/IpcError';
import type { Location } from './types/Location';
import type { Output } from './types/Output';
import type { OutputLayout } from './types/OutputLayout';
import type { PagePreview } from './types/PagePreview';
import type { ReportFilter } from './types/ReportFilter';
import type { ReportPage } from './types/ReportPage';
import type { ReturnRoute } from './types/ReturnRoute';
import type { RunEvent } from './types/RunEvent';
import type { Settings } from './types/Settings';
import type { SetupGuide } from './types/SetupGuide';
import type { SignInEvent } from './types/SignInEvent';
import type { SignInRequest } from './types/SignInRequest';
import type { SignInStarted } from './types/SignInStarted';
import type { SiteDetection } from './types/SiteDetection';
import type { SiteKind } from './types/SiteKind';
import type { SiteSummary } from './types/SiteSummary';
import type { SiteTest } from './types/SiteTest';
import type { SpaceSummary } from './types/SpaceSummary';
import type { StoredSite } from './types/StoredSite';
import type { TokenSignIn } from './types/TokenSignIn';
import type { TreeBatch } from './types/TreeBatch';
import type { VaultState } from './types/VaultState';

/** Every method that can fail rejects with an `IpcError`. */
export interface Backend {
  appInfo(): Promise<AppInfo>;
  settings(): Promise<Settings>;
  saveSettings(settings: Settings): Promise<void>;

  sites(): Promise<SiteSummary[]>;
  openSample(): Promise<SiteSummary>;

  /** What is at an address, and whether it can be signed in to. */
  detectSite(address: string): Promise<SiteDetection>;
  /** What an admin needs to know, for a way back from the browser. */
  setupGuide(kind: SiteKind, route: ReturnRoute, address: string | null): Promise<SetupGuide>;
  /** Saves the message to an admin as a file. The path; `null` when the dialog was cancelled. */
  saveGuide(kind: SiteKind, route: ReturnRoute, address: string | null): Promise<string | null>;
  /** Opens the system's browser, except where the way back is to paste. What follows is told. */
  beginSignIn(request: SignInRequest, tell: (event: SignInEvent) => void): Promise<SignInStarted>;
  /** The address at which the browser ended, copied by hand. */
  pasteCallback(attempt: string, address: string): Promise<void>;
  cancelSignIn(attempt: string): Promise<void>;
  /** Keeps the sign-in for the sites that were chosen. */
  finishSignIn(attempt: string, sites: string[]): Promise<SiteSummary[]>;
  connectWithToken(request: TokenSignIn): Promise<SiteSummary>;

  storedSites(): Promise<StoredSite[]>;
  testSite(site: string): Promise<SiteTest>;
  renameSite(site: string, name: string): Promise<SiteSummary>;
  /** Deletes the sign-in of a site, and the site from the list. */
  signOut(site: string): Promise<void>;
  vaultState(): Promise<VaultState>;
  /** Goes on without a keychain: sign-ins last until Pagelift ends. */
  keepUntilQuit(): Promise<void>;
  retryVault(): Promise<VaultState>;

  /** Saves a connection card. Its path; `null` when the dialog was cancelled. */
  saveCard(request: CardRequest): Promise<string | null>;
  /** The system's dialog for a card; `null` when it was cancelled. */
  openCard(): Promise<ConnectionCard | null>;
  unlockCard(card: string, passphrase: string): Promise<ConnectionCard>;
  /** The card that was double-clicked or dropped on the window last, once. */
  takeCard(): Promise<ConnectionCard | null>;
  /** Told when there is one to take. Answers with the way to stop listening. */
  onOpenCard(listener: () => void): Promise<() => void>;

  spaces(site: string): Promise<SpaceSummary[]>;
  /** Resolves when the last batch has been handed over. */
  loadTree(site: string, space: string, onBatch: (batch: TreeBatch) => void): Promise<void>;
  /** A page as its file will be. */
  preview(site: string, space: string, page: string, output: Output): Promise<PagePreview>;
  /** Where the files of a space would lie, `page` among them. */
  layout(site: string, space: string, page: string | null, output: Output): Promise<OutputLayout>;

  /** How files were written when that was last chosen. */
  output(): Promise<Output>;
  /** Keeps how files are written, for a folder of the shelf where one is given. */
  keepOutput(output: Output, destination: string | null): Promise<void>;

  destinations(): Promise<Destination[]>;
  /** The system's folder dialog; `null` when it was cancelled. */
  pickFolder(): Promise<string | null>;
  addDestination(path: string): Promise<Destination>;
  removeDestination(id: string): Promise<void>;
  openFolder(destination: string): Promise<void>;
  /** What in a folder is not as it was written; with `withSite` also what the site has in another version. */
  checkFolder(destination: string, withSite: boolean): Promise<FolderCheck>;

  /** Resolves with the id of the run as soon as it has begun. */
  startExport(request: ExportRequest, onEvent: (event: RunEvent) => void): Promise<string>;
  /** Finds out what an export would do, and writes nothing. Its report is read like that of a run. */
  startReview(request: ExportRequest, onEvent: (event: RunEvent) => void): Promise<string>;
  stopExport(run: string): Promise<void>;
  /** Nothing new begins until the run is resumed. */
  pauseExport(run: string): Promise<void>;
  resumeExport(run: string): Promise<void>;
  runReport(run: string, filter: ReportFilter, offset: number, limit: number): Promise<ReportPage>;

  /** Saves the report of a run, under a title, where the person chooses. The path; `null` when the dialog was cancelled. */
  saveReport(run: string, about: string): Promise<string | null>;

  openInBrowser(url: string): Promise<void>;
  /** Where a Confluence address leads among the open sites. */
  locate(url: string): Promise<Location | null>;
  /** The address the app was started with, once. */
  takeOpenLink(): Promise<string | null>;
  /** Later addresses. Answers with the way to stop listening. */
  onOpenLink(listener: (url: string) => void): Promise<() => void>;
}

/** What a rejected promise of the backend holds, whatever it was. */
export function asIpcError(reason: unknown): IpcError {
  if (typeof reason === 'object' && reason !== null && 'code' in reason && 'message' in reason) {
    return reason as IpcError;
  }
  return { code: 'internal', message: reason instanceof Error ? reason.message : String(reason) };
}
