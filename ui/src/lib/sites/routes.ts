/** The way back from the browser that is usual for a kind of site. */
export const USUAL_ROUTE = { cloud: 'loopback', 'data-center': 'deep-link', sample: 'loopback' } as const;
