//! The harness of the feature tests.
