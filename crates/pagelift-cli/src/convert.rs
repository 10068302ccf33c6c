//! `convert` and `preview`: one body from standard input.

use std::path::Path;
use std::process::ExitCode;

use pagelift_app::format_named;
use pagelift_convert::ConvertOptions;
use pagelift_model::BodyKind;

use crate::args::Way;
use crate::failure::Failure;
use crate::output::{print, remark, standard_input};

/// Storage format or ADF in, Markdown out.
pub fn convert(kind: BodyKind, way: &Way, title: Option<String>, report: Option<&Path>) -> Result<ExitCode, Failure> {
    let options = ConvertOptions { title, ..way.output()?.way()?.convert };
    let converted = pagelift_app::convert_body(&standard_input()?, kind, &options);
    if let Some(path) = report {
        let refused = |error: &std::io::Error| {
            let (path, why) = (path.display(), pagelift_app::reason(error));
            Failure::system(format!("`{path}` cannot be written: {why}; choose another place with --report"))
        };
        let json = serde_json::to_vec_pretty(&converted.report).map_err(|error| refused(&error.into()))?;
        pagelift_app::write_whole(path, &json).map_err(|error| refused(&error))?;
    }
    print(&converted.markdown)?;
    if let Some(summary) = converted.report.summary() {
        remark(&summary);
    }
    Ok(ExitCode::SUCCESS)
}

/// Markdown in, the HTML of the preview out.
pub fn preview(format: &str) -> Result<ExitCode, Failure> {
    format_named(format)?;
    print(&pagelift_app::preview_html(&standard_input()?))?;
    Ok(ExitCode::SUCCESS)
}
