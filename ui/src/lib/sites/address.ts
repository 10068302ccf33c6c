/** The domains of sites that Atlassian runs. */
const CLOUD = ['atlassian.net', 'jira.com'];

/** Whether an address, pasted with or without its scheme, is one of Confluence Cloud. */
export function isCloudAddress(text: string): boolean {
  const host = /^(?:[a-z]+:\/\/)?([^/:?#]+)/i.exec(text.trim())?.[1]?.toLowerCase() ?? '';
  return CLOUD.some((domain) => host === domain || host.endsWith(`.${domain}`));
}
