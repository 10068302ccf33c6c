#![no_main]

libfuzzer_sys::fuzz_target!(|body: &str| pagelift_convert_fuzz::storage(body));
