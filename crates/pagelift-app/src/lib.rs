//! The use cases that every front end of Pagelift calls. A front end parses what a person asked for, calls one function here
//! and shows the answer; it holds no logic of its own.

mod body;
mod preview;

pub use body::{ConversionReport, ConvertedBody, convert_body};
pub use preview::preview_html;
