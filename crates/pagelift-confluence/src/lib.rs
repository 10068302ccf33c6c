//! Speaks to Confluence: paging, pacing, retries, and wire JSON to the shared vocabulary.
