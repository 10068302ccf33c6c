#![no_main]

use pagelift_convert_fuzz::document::Document;

libfuzzer_sys::fuzz_target!(|document: Document| pagelift_convert_fuzz::written(&document));
