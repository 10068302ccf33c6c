/** Everything the UI asks of the engine. The window has `TauriBackend`, a plain browser and the tests `FakeBackend`. */
import type { AppInfo } from './types/AppInfo';
import type { Destination } from './types/Destination';
import type { ExportRequest } from './types/ExportRequest';
import type { IpcError } from './types/IpcError';
import type { Location } from './types/Location';
import type { Output } from './types/Output';
import type { OutputLayout } from './types/OutputLayout';
import type { PagePreview } from './types/PagePreview';
import type { ReportFilter } from './types/ReportFilter';
import type { ReportPage } from './types/ReportPage';
import type { RunEvent } from './types/RunEvent';
import type { Settings } from './types/Settings';
import type { SiteSummary } from './types/SiteSummary';
import type { SpaceSummary } from './types/SpaceSummary';
import type { TreeBatch } from './types/TreeBatch';

/** Every method that can fail rejects with an `IpcError`. */
export interface Backend {
  appInfo(): Promise<AppInfo>;
  settings(): Promise<Settings>;
  saveSettings(settings: Settings): Promise<void>;

  sites(): Promise<SiteSummary[]>;
  openSample(): Promise<SiteSummary>;
  connectSite(address: string, email: string, token: string): Promise<SiteSummary>;
  disconnectSite(site: string): Promise<void>;

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

  /** Resolves with the id of the run as soon as it has begun. */
  startExport(request: ExportRequest, onEvent: (event: RunEvent) => void): Promise<string>;
  stopExport(run: string): Promise<void>;
  runReport(run: string, filter: ReportFilter, offset: number, limit: number): Promise<ReportPage>;

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
