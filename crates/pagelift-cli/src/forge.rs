//! `forge` and `unpack`: calls to any app of a site, and archives that apps make.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::ExitCode;

use pagelift_app::connections::{ForgeAnswer, ForgeClient, ForgeMethod, ForgeRequest, app_with_token};
use pagelift_app::{
    Accounts, AppArchive, AppError, AppFailure, DiskSink, export_space_with_app, unpack as unpack_archive,
};
use pagelift_model::{ErrorCode, Secret};
use serde_json::Value;

use crate::args::apps::{App, AppExport, ForgeCall, Unpack};
use crate::browse::open;
use crate::failure::Failure;
use crate::output::{cell, counted, line, remark, standard_input};

/// The app that was typed. Sends nothing yet.
pub fn client(at: &App, app: Option<&str>, accounts: &Accounts) -> Result<ForgeClient, Failure> {
    match (&at.base, &at.site, app) {
        (Some(base), ..) => {
            let given = |name| {
                env::var(name).ok().map(|value: String| value.trim().to_owned()).filter(|value| !value.is_empty())
            };
            let Some(token) = given("PAGELIFT_APP_TOKEN") else {
                let message = "set PAGELIFT_APP_TOKEN to an access token for the app, or connect it with `pagelift site connect-app`";
                return Err(AppError::refused(ErrorCode::SignInNeeded, message).into());
            };
            let api = given("PAGELIFT_API_ORIGIN");
            Ok(app_with_token(base, &Secret::new(token), api.as_deref(), accounts)?)
        }
        (None, Some(site), Some(app)) => Ok(accounts.app(&accounts.find(site)?, app)?),
        (None, ..) => Err(Failure::usage("give a site with --site and an app with --app, or --base".to_owned())),
    }
}

/// Makes a call and prints what comes.
pub async fn call(typed: &ForgeCall, accounts: &Accounts) -> Result<ExitCode, Failure> {
    let client = client(&typed.at, typed.app.as_deref(), accounts)?;
    let request = request(typed)?;
    client.check(&request).map_err(AppError::from)?;
    let answer = client.call(&request).await.map_err(AppError::from)?;
    show(&answer, typed.include)?;
    match answer.error {
        None => Ok(ExitCode::SUCCESS),
        Some(error) => Err(AppError::from(error).into()),
    }
}

fn show(answer: &ForgeAnswer, with_headers: bool) -> Result<(), Failure> {
    let mut head = String::new();
    if with_headers {
        // Writing to a text cannot fail.
        let _ = writeln!(head, "HTTP {}", answer.status);
        for (name, value) in answer.headers.iter().filter(|(name, _)| name != "set-cookie") {
            let _ = writeln!(head, "{name}: {value}");
        }
        head.push('\n');
    }
    let mut out = std::io::stdout().lock();
    let written = out.write_all(head.as_bytes()).and_then(|()| out.write_all(&answer.body)).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::system(format!("the answer cannot be printed: {error}")))
        }
        _ => Ok(()),
    }
}

fn request(typed: &ForgeCall) -> Result<ForgeRequest, Failure> {
    let body = typed.data.as_deref().map(body).transpose()?;
    let usual = if body.is_some() { "POST" } else { "GET" };
    let method = typed.method.as_deref().unwrap_or(usual);
    let method = ForgeMethod::parse(method)
        .ok_or_else(|| Failure::usage(format!("`{method}` is none of GET, POST, PUT, PATCH and DELETE")))?;
    let pairs = |typed: &[String], mark: char, what: &str| {
        let pair = |text: &String| {
            let (name, value) = text.split_once(mark)?;
            Some((name.trim().to_owned(), value.trim().to_owned())).filter(|(name, _)| !name.is_empty())
        };
        typed.iter().map(|text| pair(text).ok_or_else(|| Failure::usage(format!("`{text}` is no {what}")))).collect()
    };
    let query: Result<Vec<_>, _> = pairs(&typed.query, '=', "query parameter; write --query NAME=VALUE");
    let headers: Result<Vec<_>, _> = pairs(&typed.headers, ':', "header; write -H NAME:VALUE");
    Ok(ForgeRequest { query: query?, headers: headers?, body, ..ForgeRequest::new(method, &typed.path) })
}

fn body(typed: &str) -> Result<Value, Failure> {
    let text = match typed.strip_prefix('@') {
        Some("-") => standard_input()?,
        Some(file) => fs::read_to_string(file)
            .map_err(|error| Failure::usage(format!("`{file}` cannot be read: {}", pagelift_app::reason(&error))))?,
        None => typed.to_owned(),
    };
    serde_json::from_str(&text)
        .map_err(|error| Failure::usage(format!("the body is no JSON, and apps take nothing else: {error}")))
}

/// Exports a space through Markdown Exporter.
pub async fn export(typed: &AppExport, accounts: &Accounts) -> Result<ExitCode, Failure> {
    let at = App { site: typed.site.site.clone(), base: typed.base.clone() };
    let client = client(&at, Some("markdown-exporter"), accounts)?;
    let site = open(&typed.site, accounts)?;
    let spaces = site.source().spaces_by_key(&[typed.space.as_str().into()]).await.map_err(AppError::from)?;
    fs::create_dir_all(&typed.to)
        .map_err(|error| Failure::system(format!("`{}`: {}", typed.to.display(), pagelift_app::reason(&error))))?;
    let sink = DiskSink::open(&typed.to).map_err(AppError::from)?;
    let (mut pages, mut archives, mut failed) = (0, 0, 0);
    for space in &spaces {
        let mut told = |archive: &AppArchive| {
            let row = format!("{}\t{}\t{}", cell(&archive.folder), cell(&archive.export_id), archive.pages);
            // A reader that has seen enough does not end the export.
            let _ = line(&row);
        };
        let source = site.source().as_ref();
        let done = export_space_with_app(&client, source, space, typed.attachments, &sink, &mut told).await?;
        (pages, archives) = (pages + done.pages() as u64, archives + done.archives.len() as u64);
        for AppFailure { page, title, pages, error } in done.failures {
            failed += pages as u64;
            let title = cell(&title);
            remark(&format!(
                "{title} ({page}), {}: {}",
                counted(pages as u64, "page"),
                Failure::from(error).sentence()
            ));
        }
    }
    let archives = counted(archives, "archive");
    remark(&format!("{} in {archives}, {failed} failed, in {}", counted(pages, "page"), typed.to.display()));
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// Unpacks an archive.
pub fn unpack(typed: &Unpack) -> Result<ExitCode, Failure> {
    let unpacked = unpack_archive(&typed.archive, &typed.to)?;
    for path in &unpacked.files {
        line(path.as_str())?;
    }
    let files = counted(unpacked.files.len() as u64, "file");
    remark(&format!("{files}, {} in {}", counted(unpacked.bytes, "byte"), typed.to.display()));
    Ok(ExitCode::SUCCESS)
}
