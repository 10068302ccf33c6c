#![no_main]

use pagelift_convert_fuzz::pieces::Changed;

libfuzzer_sys::fuzz_target!(|changed: Changed| pagelift_convert_fuzz::changed(&changed));
