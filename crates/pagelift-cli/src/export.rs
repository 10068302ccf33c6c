//! `export` and `demo`: from a site to a folder.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use pagelift_app::approvals::{app_name, approved_pages, pages_of};
use pagelift_app::ipc::Output;
use pagelift_app::{
    Accounts, Answers, Folders, OpenSite, PageAddress, ReportForm, Run, RunOptions, SystemClock, Wish, dry_run,
    selection, write_report,
};
use pagelift_model::{EventSink, PageId, SiteAddress, SpaceKey, Totals};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::args::apps::App;
use crate::args::{Export, RunFlags};
use crate::browse::open;
use crate::failure::Failure;
use crate::forge::client;
use crate::output::{counted, line};
use crate::progress::{JsonLines, Telling, Words};
use crate::stop::stop_on_signal;

/// Exports the sample.
pub async fn demo(to: &Path) -> Result<ExitCode, Failure> {
    let site = OpenSite::sample();
    let (selection, _) = selection(site.source().as_ref(), &Wish::All).await?;
    let words = Words::new(Telling::All, false);
    run(site, to, &RunOptions::new(selection), &words, &Manner { is_dry: false, patience: Duration::ZERO, saved: None })
        .await
}

/// Exports what was typed.
pub async fn export(typed: &Export, accounts: &Accounts) -> Result<ExitCode, Failure> {
    let mut output = Output { attachments: typed.attachments.into(), ..typed.way.output()? };
    if let Some(comments) = typed.comments {
        output.set("comments", comments.word())?;
    }
    let site = open(&typed.site, accounts)?;
    let wish = match of_approvals(typed, &site, accounts).await? {
        Some(approved) => approved,
        None => wish(typed, &site.source().site().address)?,
    };
    let (mut selection, posts_by_name) = selection(site.source().as_ref(), &wish).await?;
    let address = site.source().site().address;
    let excluded = typed.exclude.iter().map(|page| page_id(page, &address)).collect::<Result<Vec<_>, _>>()?;
    selection.leave_out(&excluded);
    let answers = Answers { edited: typed.edited.into(), gone: typed.gone.into(), ..Answers::default() };
    let options = RunOptions {
        blog_posts: typed.blogs || posts_by_name,
        quick: typed.quick,
        refresh: typed.refresh,
        rendered: typed.rendered,
        remembered: typed.change_set.is_none() && !typed.approved_only,
        answers,
        ..output.run_options(selection)?
    };
    told(site, &typed.to, &options, &typed.telling).await
}

/// Runs, and tells of it as was typed.
pub async fn told(site: OpenSite, to: &Path, options: &RunOptions, typed: &RunFlags) -> Result<ExitCode, Failure> {
    let form = |path: &PathBuf| ReportForm::of(path).map(|form| (path.clone(), form));
    let saved = typed.report.as_ref().map(form);
    if let (Some(path), Some(None)) = (&typed.report, &saved) {
        let message = format!("`{}` says no form of report; end it with .html, .csv or .json", path.display());
        return Err(Failure::usage(message));
    }
    let patience = Duration::from_mins(typed.wait.into());
    let manner = Manner { is_dry: typed.dry_run, patience, saved: saved.flatten() };
    if typed.json {
        return run(site, to, options, &JsonLines::new(), &manner).await;
    }
    let telling = if typed.quiet { Telling::Failures } else { Telling::All };
    run(site, to, options, &Words::new(telling, typed.dry_run), &manner).await
}

/// Something that is told events and, at the end, where everything is.
pub trait Audience: EventSink {
    /// Says how it ended, `stopped` when before its end; `report` is where the whole story stands.
    fn conclude(&self, totals: &Totals, stopped: bool, to: &Path, report: Option<&Path>) -> Result<(), Failure>;
}

/// How an export goes on.
struct Manner {
    /// Whether nothing is written.
    is_dry: bool,
    /// How long it waits for a network or a sign-in.
    patience: Duration,
    /// Where the report goes besides, and as what.
    saved: Option<(PathBuf, ReportForm)>,
}

async fn run(
    site: OpenSite,
    to: &Path,
    options: &RunOptions,
    audience: &dyn Audience,
    manner: &Manner,
) -> Result<ExitCode, Failure> {
    let stop = CancellationToken::new();
    stop_on_signal(stop.clone());
    let folders = Folders::from_env();
    let clock = SystemClock;
    let (finished, report) = if manner.is_dry {
        (dry_run(&site, to, options, &folders, audience, &clock, &stop).await?, None)
    } else {
        let run = Run::prepare(site, to, true, &folders, &clock)?.patient(manner.patience);
        let report = Arc::clone(run.report());
        (run.export(options, audience, &clock, &stop).await?, Some(report))
    };
    let totals = finished.totals;
    audience.conclude(&totals, finished.stopped, to, report.as_ref().map(|report| report.path()))?;
    if let (Some((path, form)), Some(report)) = (&manner.saved, &report) {
        let about = format!("Export to {}", to.display());
        write_report(report.path(), *form, path, &about).map_err(|error| {
            Failure::advised(&error, "the export itself is done; choose another place with --report")
        })?;
    }
    Ok(ExitCode::from(match totals {
        _ if finished.stopped => 130,
        Totals { failed: 0, attachments_failed: 0, .. } => 0,
        _ => 1,
    }))
}

/// The pages that ApprovalFlow says, where it is asked.
async fn of_approvals(typed: &Export, site: &OpenSite, accounts: &Accounts) -> Result<Option<Wish>, Failure> {
    if !typed.approved_only && typed.change_set.is_none() {
        return Ok(None);
    }
    let at = App { site: typed.site.site.clone(), base: typed.approvals.clone() };
    let client = client(&at, Some(app_name()), accounts)?;
    let ids = if let Some(set) = &typed.change_set {
        pages_of(&client, set).await?
    } else {
        let keys: Vec<SpaceKey> = typed.space.iter().map(|key| key.as_str().into()).collect();
        approved_pages(&client, site.source().as_ref(), &keys).await?
    };
    Ok(Some(Wish::Pages { ids, descendants: false }))
}

fn wish(typed: &Export, site: &SiteAddress) -> Result<Wish, Failure> {
    if typed.all {
        return Ok(Wish::All);
    }
    if typed.page.is_empty() {
        return Ok(Wish::Spaces(typed.space.iter().map(|key| key.as_str().into()).collect()));
    }
    let ids = typed.page.iter().map(|page| page_id(page, site)).collect::<Result<_, _>>()?;
    Ok(Wish::Pages { ids, descendants: typed.descendants })
}

/// A page by its id, or by an address that holds it.
fn page_id(typed: &str, site: &SiteAddress) -> Result<PageId, Failure> {
    if !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(typed.into());
    }
    let address = Url::parse(typed).ok().filter(|address| address.host() == site.url().host());
    match address.and_then(|address| PageAddress::parse(&address, site.url().path().trim_end_matches('/'))) {
        Some(PageAddress::Page { id, .. }) => Ok(id),
        _ => Err(Failure::usage(format!("`{typed}` is neither the id of a page nor its address on {}", site.host()))),
    }
}

impl Audience for JsonLines {
    /// The last event has the totals already.
    fn conclude(&self, _: &Totals, _: bool, _: &Path, _: Option<&Path>) -> Result<(), Failure> {
        Ok(())
    }
}

impl Audience for Words {
    fn conclude(&self, totals: &Totals, stopped: bool, to: &Path, report: Option<&Path>) -> Result<(), Failure> {
        if self.telling() == Telling::Failures {
            return Ok(());
        }
        if stopped {
            line("Stopped before the end. Run the command again to go on.")?;
        }
        let Totals { selected, written, unchanged, skipped, failed, .. } = totals;
        let (to_write, in_folder) = if self.is_dry() { ("to write", "for") } else { ("written", "in") };
        line(&format!(
            "{}: {written} {to_write}, {unchanged} unchanged, {skipped} skipped, {failed} failed",
            counted(*selected, "page")
        ))?;
        let Totals { created, moved, edited, gone, removed, .. } = totals;
        let changed = written.saturating_sub(created + moved);
        let parts = [(*created, "new"), (changed, "changed"), (*moved, "moved"), (*edited, "edited here")];
        let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        if !parts.is_empty() {
            line(&format!("Of these: {}", parts.join(", ")))?;
        }
        if *gone > 0 {
            let to_remove = if self.is_dry() { "to remove" } else { "removed" };
            line(&format!("{} gone from the site, {removed} {to_remove}", counted(*gone, "page")))?;
        }
        let attachments = counted(totals.attachments, "attachment");
        line(&format!("{attachments} {to_write}, {} failed", totals.attachments_failed))?;
        line(&format!(
            "{} {in_folder} {}, {}, {:.1} seconds",
            counted(totals.bytes, "byte"),
            to.display(),
            counted(totals.requests, "request"),
            totals.seconds
        ))?;
        match report {
            Some(report) => line(&format!("Report: {}", report.display())),
            None => Ok(()),
        }
    }
}
