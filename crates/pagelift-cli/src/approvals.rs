//! `approvals`: change sets and the approval of pages.

use std::fmt::Write as _;
use std::process::ExitCode;

use pagelift_app::approvals::{
    ApprovalFlow, ChangeSet, ChangeSetDraft, ChangeSetEdit, PageVerdict, app_name, page_approvals,
};
use pagelift_app::{Accounts, AppError};
use pagelift_model::{PageId, SpaceId};
use serde_json::{Value, json};

use crate::args::apps::{Approvals, ApprovalsCommand, InSpace, Submitted};
use crate::failure::Failure;
use crate::forge::client;
use crate::output::{cell, counted, line, print, remark};

/// Reads and changes approvals.
pub async fn approvals(typed: &Approvals, accounts: &Accounts) -> Result<ExitCode, Failure> {
    let client = client(&typed.at, Some(app_name()), accounts)?;
    let flow = ApprovalFlow(&client);
    match &typed.command {
        ApprovalsCommand::List { space } => {
            let space = number(space, typed, accounts).await?;
            sets(&flow.change_sets(&space).await.map_err(AppError::from)?, typed.json)?;
        }
        ApprovalsCommand::Pages { space } => {
            let space = number(space, typed, accounts).await?;
            pages(page_approvals(&client, &space).await?.into_iter(), typed.json)?;
        }
        ApprovalsCommand::Show { change_set } => {
            show(&flow.change_set(change_set).await.map_err(AppError::from)?, typed.json)?;
        }
        ApprovalsCommand::Preflight(what) => {
            let preflight = match one(what) {
                One::Set(id) => flow.preflight(id).await,
                One::Page(id) => flow.page_preflight(&id).await,
            };
            return verdicts(&preflight.map_err(AppError::from)?.pages, ["can be submitted", "blocked"], typed.json);
        }
        ApprovalsCommand::Submit(what) => {
            let submission = match one(what) {
                One::Set(id) => flow.submit(id).await,
                One::Page(id) => flow.submit_page(&id).await,
            };
            return verdicts(&submission.map_err(AppError::from)?.pages, ["submitted", "left out"], typed.json);
        }
        ApprovalsCommand::Create { space, title, pages, more } => {
            let draft = ChangeSetDraft {
                space: number(space, typed, accounts).await?,
                title: title.clone(),
                summary: more.summary.clone(),
                reference_url: more.reference.clone(),
                pages: ids(pages)?,
            };
            let made = flow.create(&draft).await.map_err(AppError::from)?;
            if typed.json { show(&made, true)? } else { line(&made.id)? }
        }
        ApprovalsCommand::Update { change_set, title, pages, more } => {
            let edit = ChangeSetEdit {
                title: title.clone(),
                summary: more.summary.clone(),
                reference_url: more.reference.clone(),
                pages: if pages.is_empty() { None } else { Some(ids(pages)?) },
            };
            if edit == ChangeSetEdit::default() {
                return Err(Failure::usage(
                    "say what is to change: --title, --summary, --reference or --page".to_owned(),
                ));
            }
            flow.update(change_set, &edit).await.map_err(AppError::from)?;
            remark(&format!("Changed {}.", cell(change_set)));
        }
        ApprovalsCommand::Archive { change_set } => {
            flow.archive(change_set).await.map_err(AppError::from)?;
            remark(&format!("Put {} away.", cell(change_set)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

enum One<'a> {
    Set(&'a str),
    Page(PageId),
}

fn one(what: &Submitted) -> One<'_> {
    match (&what.page, &what.change_set) {
        (Some(page), _) => One::Page(page.as_str().into()),
        (None, set) => One::Set(set.as_deref().unwrap_or_default()),
    }
}

fn ids(typed: &[String]) -> Result<Vec<PageId>, Failure> {
    let id = |text: &String| {
        let is_id = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_id { Ok(text.as_str().into()) } else { Err(Failure::usage(format!("`{text}` is not the id of a page"))) }
    };
    typed.iter().map(id).collect()
}

/// The number of a space: ApprovalFlow knows no keys.
async fn number(space: &InSpace, typed: &Approvals, accounts: &Accounts) -> Result<SpaceId, Failure> {
    match (&space.space_id, &space.space, &typed.at.site) {
        (Some(id), ..) => Ok(id.as_str().into()),
        (None, Some(key), Some(site)) => {
            let site = accounts.open(&accounts.find(site)?)?;
            let found = site.source().spaces_by_key(&[key.as_str().into()]).await.map_err(AppError::from)?;
            let unknown = || Failure::usage(format!("there is no space `{key}`"));
            found.into_iter().next().map(|space| space.id).ok_or_else(unknown)
        }
        (None, ..) => {
            Err(Failure::usage("give the number of the space with --space-id, or its key and --site".to_owned()))
        }
    }
}

fn sets(sets: &[ChangeSet], as_json: bool) -> Result<(), Failure> {
    if as_json {
        return line(&json!(sets.iter().map(told).collect::<Vec<_>>()).to_string());
    }
    let mut table = String::new();
    for set in sets {
        let (state, title) = (set.rollup_state.word(), cell(&set.title));
        // Writing to a text cannot fail.
        let _ = writeln!(table, "{}\t{state}\t{}\t{}\t{title}", cell(&set.id), cell(&set.status), set.page_refs.len());
    }
    print(&table)
}

fn told(set: &ChangeSet) -> Value {
    let page = |page: &pagelift_app::approvals::ChangedPage| {
        json!({
            "pageId": page.page_id, "approved": page.is_approved(), "changed": page.has_changed(),
            "approvedVersion": page.approved_at_version, "currentVersion": page.current_page_version,
        })
    };
    json!({
        "id": set.id, "spaceId": set.space_id, "title": set.title, "summary": set.summary, "referenceUrl": set.reference_url,
        "status": set.status, "state": set.rollup_state.word(), "pages": set.page_refs.iter().map(page).collect::<Vec<_>>(),
    })
}

fn show(set: &ChangeSet, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return line(&told(set).to_string());
    }
    let mut text = format!("{}\t{}\t{}\n", cell(&set.title), set.rollup_state.word(), cell(&set.status));
    for more in [&set.summary, &set.reference_url].into_iter().flatten() {
        let _ = writeln!(text, "{}", cell(more));
    }
    for page in &set.page_refs {
        let state = match (page.is_approved(), page.has_changed()) {
            (true, _) => "approved".to_owned(),
            (_, true) => format!("changed after approval of version {}", page.approved_at_version.unwrap_or_default()),
            _ => "not approved".to_owned(),
        };
        let version = page.current_page_version.map(|version| format!("version {version}")).unwrap_or_default();
        let _ = writeln!(text, "{}\t{state}\t{version}", page.page_id);
    }
    print(&text)
}

fn pages(
    pages: impl Iterator<Item = (PageId, pagelift_app::approvals::PageApproval)>,
    as_json: bool,
) -> Result<(), Failure> {
    for (id, page) in pages {
        let sets: Vec<String> = page.change_sets.iter().map(|title| cell(title)).collect();
        if as_json {
            let told = json!({
                "pageId": id, "approval": page.badge.word(), "approvedVersion": page.approved_version,
                "versionsSince": page.versions_since, "changeSets": page.change_sets,
            });
            line(&told.to_string())?;
        } else {
            let version = page.approved_version.map(|version| version.to_string()).unwrap_or_default();
            line(&format!("{id}\t{}\t{version}\t{}", page.badge.word(), sets.join(", ")))?;
        }
    }
    Ok(())
}

/// Prints what becomes of each page. Exit code 1 where it does not work for some.
fn verdicts(pages: &[PageVerdict], [good, bad]: [&str; 2], as_json: bool) -> Result<ExitCode, Failure> {
    for page in pages {
        let id = page.page_id.as_ref().map(PageId::as_str).unwrap_or_default();
        if as_json {
            line(
                &json!({"pageId": id, "ok": page.can_submit, "workflowId": page.workflow_id, "reason": page.reason})
                    .to_string(),
            )?;
        } else {
            let word = if page.can_submit { good } else { bad };
            line(format!("{}\t{word}\t{}", cell(id), cell(page.reason.as_deref().unwrap_or_default())).trim_end())?;
        }
    }
    let blocked = pages.iter().filter(|page| !page.can_submit).count() as u64;
    let done = pages.len() as u64 - blocked;
    remark(&format!("{}: {done} {good}, {blocked} {bad}", counted(pages.len() as u64, "page")));
    Ok(if blocked == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
