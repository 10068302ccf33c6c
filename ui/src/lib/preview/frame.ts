/**
 * The document that the preview frame shows. The engine has sanitised the content; the frame runs no scripts and has no origin.
 * Its links lead nowhere: a frame that went elsewhere could not come back.
 */
import reading from '../../styles/reading.css?raw';

/** Pictures come from the app's own protocol, or are part of the page. Nothing else is loaded. */
const POLICY = "default-src 'none'; img-src media: http://media.localhost data:; style-src 'unsafe-inline'";

export function frameDocument(html: string, theme: 'light' | 'dark'): string {
  const content = new DOMParser().parseFromString(html, 'text/html');
  for (const link of content.querySelectorAll('a[href]')) disarm(link, content);
  return `<!doctype html><html lang="und" data-theme="${theme}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><style>${reading}</style></head><body>${content.body.innerHTML}</body></html>`;
}

/** Keeps links within the page; any other keeps its looks and tells its address. */
function disarm(link: Element, content: Document): void {
  const address = link.getAttribute('href') ?? '';
  const place = decoded(address.slice(1));
  const inside = address.startsWith('#')
    ? (content.getElementById(`page-${place}`) ?? content.getElementById(place))
    : null;
  if (inside !== null) {
    link.setAttribute('href', `about:srcdoc#${inside.id}`);
    return;
  }
  link.removeAttribute('href');
  link.classList.add('link');
  link.setAttribute('title', address);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
