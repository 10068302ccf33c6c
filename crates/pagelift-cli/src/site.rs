//! `site`: signing in, and what is stored of it.

mod app;
mod browser;
mod secret;

use std::fmt::Write as _;
use std::process::ExitCode;

use pagelift_app::ipc::{
    GrantedSite, IntegrationInput, ReturnRoute, SignInEvent, SignInMethod, SignInRequest, SignInState, SiteSummary,
    StoredSite, TokenSignIn,
};
use pagelift_app::{Accounts, AppError, site_address};
use pagelift_model::{ErrorCode, SiteKind};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::args::{Add, Means, Return, SiteCommand};
use crate::failure::Failure;
use crate::output::{cell, line, print, remark};
use crate::stop::stoppable;

/// Signs in to sites, and looks after those that are stored.
pub async fn site(command: SiteCommand, accounts: &Accounts) -> Result<ExitCode, Failure> {
    match command {
        SiteCommand::Add(add) => match add.means {
            Means::CloudOauth | Means::DataCenterOauth => with_browser(&add, accounts).await?,
            Means::CloudToken | Means::DataCenterToken => with_token(&add, accounts).await?,
        },
        SiteCommand::List => list(accounts)?,
        SiteCommand::Remove { name } => stoppable(remove(&name, accounts)).await?,
        SiteCommand::ConnectApp(typed) => Box::pin(app::connect(&typed, accounts)).await?,
        SiteCommand::Apps { name, test } => {
            let failed = app::apps(name.as_deref(), test, accounts).await?;
            return Ok(failed.map_or(ExitCode::SUCCESS, |failure| failure.exit_code()));
        }
        SiteCommand::DisconnectApp { name, app } => app::disconnect(&name, &app, accounts).await?,
        SiteCommand::Test { name } => return stoppable(test(name.as_deref(), accounts)).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn with_token(add: &Add, accounts: &Accounts) -> Result<(), Failure> {
    let email = match (add.means, &add.email) {
        (Means::CloudToken, Some(email)) => email.clone(),
        (Means::CloudToken, None) => {
            return Err(Failure::usage("give the e-mail address of the account with --email".to_owned()));
        }
        _ => String::new(),
    };
    let token = secret::ask("Token: ")?;
    let name = add.name.clone().unwrap_or_default();
    let typed = TokenSignIn { address: add.url.clone(), email, token, name, again: None };
    let connect = async { accounts.connect_with_token(typed).await.map_err(of_sign_in) };
    welcome(&stoppable(Box::pin(connect)).await?)
}

async fn with_browser(add: &Add, accounts: &Accounts) -> Result<(), Failure> {
    let (request, route) = request(add, accounts)?;
    let kept = stoppable(signed_in(add, request, route, accounts)).await?;
    kept.iter().try_for_each(welcome)
}

async fn signed_in(
    add: &Add,
    request: SignInRequest,
    route: Return,
    accounts: &Accounts,
) -> Result<Vec<SiteSummary>, Failure> {
    let (sender, mut events) = unbounded_channel();
    let tell = move |event| {
        // Nobody waits any more when the command ends.
        let _ = sender.send(event);
    };
    let by_hand = SignInRequest { by_hand: true, ..request.clone() };
    let (started, route) = match accounts.begin_sign_in(request, tell.clone()).await {
        Err(error) if error.code() == ErrorCode::PortTaken => {
            remark(&cell(&format!("{error}, so that the browser cannot come back by itself.")));
            (accounts.begin_sign_in(by_hand, tell).await?, Return::Paste)
        }
        started => (started?, route),
    };
    if add.no_browser {
        line(&started.address)?;
    } else {
        browser::open(&started.address);
    }
    remark(match route {
        Return::Paste => "Agree in the browser. Then copy the address at which it ends, paste it here and press Enter.",
        Return::Loopback | Return::DeepLink => {
            "Waiting for the browser. Should it end at a page that cannot be opened, paste its address here and press Enter."
        }
    });
    let pasted = secret::lines(route == Return::Paste);
    let chosen = until_chosen(&mut events, pasted, &started.attempt, accounts).await?;
    Ok(accounts.finish_sign_in(&started.attempt, &[chosen.id]).await?)
}

/// What to sign in to, and the way back.
fn request(add: &Add, accounts: &Accounts) -> Result<(SignInRequest, Return), Failure> {
    let route = add.route.unwrap_or(Return::Loopback);
    if route == Return::DeepLink {
        let message = "no link can open a command; use --return paste and paste the address at which the browser ends, \
                       with --callback where the integration was registered with another return address, or --return loopback";
        return Err(Failure::usage(message.to_owned()));
    }
    let kind = if add.means == Means::CloudOauth { SiteKind::Cloud } else { SiteKind::DataCenter };
    let mut request = SignInRequest {
        kind,
        address: add.url.clone(),
        name: add.name.clone().unwrap_or_default(),
        integration: None,
        again: None,
        by_hand: route == Return::Paste,
    };
    if let Some(client_id) = &add.client_id {
        let client_secret = secret::ask("Client secret: ")?;
        request.integration = Some(IntegrationInput {
            client_id: client_id.clone(),
            client_secret,
            card: None,
            route: if route == Return::Paste { ReturnRoute::Paste } else { ReturnRoute::Loopback },
            callback: add.callback.clone(),
            pkce: add.pkce.pkce(),
        });
    } else {
        let known = accounts.at(&site_address(&add.url)?, Some(SignInMethod::Browser))?;
        let missing = || {
            let message = "give the client id of the integration with --client-id; it can be left out where exactly one \
                           sign-in with the browser is stored for the address";
            Failure::usage(message.to_owned())
        };
        request.again = Some(known.ok_or_else(missing)?);
    }
    Ok((request, route))
}

/// Waits until somebody has signed in, and answers the site that they wanted.
async fn until_chosen(
    events: &mut UnboundedReceiver<SignInEvent>,
    mut pasted: UnboundedReceiver<String>,
    attempt: &str,
    accounts: &Accounts,
) -> Result<GrantedSite, Failure> {
    let mut may_paste = true;
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            address = pasted.recv(), if may_paste => {
                match address {
                    None => may_paste = false,
                    Some(address) if address.trim().is_empty() => {}
                    Some(address) => {
                        if let Err(error) = accounts.paste_callback(attempt, &address) {
                            remark(&cell(&error.to_string()));
                        }
                    }
                }
                continue;
            }
        };
        match event {
            Some(SignInEvent::Exchanging) => remark("The browser is back."),
            Some(SignInEvent::Disturbed) => {
                remark(
                    "Something keeps sending answers that belong to no sign-in. Paste the address at which the browser ended.",
                );
            }
            Some(SignInEvent::Choose { account, sites }) => {
                let others = sites.iter().filter(|site| !site.is_wanted).map(|site| site.host.clone());
                let others: Vec<String> = others.collect();
                let wanted = sites.into_iter().find(|site| site.is_wanted);
                return wanted.ok_or_else(|| not_wanted(&account.name, &others));
            }
            Some(SignInEvent::Failed { error }) => return Err(error.into()),
            None => return Err(Failure::system("the sign-in came to no end".to_owned())),
        }
    }
}

fn not_wanted(account: &str, others: &[String]) -> Failure {
    let message =
        format!("{account} signed in, but not to the site that was asked for; open are {}", others.join(", "));
    AppError::refused(ErrorCode::SitesMissing, message).into()
}

fn welcome(site: &SiteSummary) -> Result<(), Failure> {
    let account = site.account.as_deref().unwrap_or("nobody");
    line(&format!("Signed in to {} at {} as {}.", cell(&site.name), site.host, cell(account)))
}

/// The same failure with advice for somebody who just typed a token.
fn of_sign_in(error: AppError) -> Failure {
    match error.code() {
        ErrorCode::SignInRejected => {
            Failure::advised(&error, "check the token, and for Confluence Cloud the e-mail address")
        }
        _ => error.into(),
    }
}

fn list(accounts: &Accounts) -> Result<(), Failure> {
    let mut table = String::new();
    for StoredSite { site, address, method, account, state, .. } in accounts.stored_sites()? {
        let kind = match site.kind {
            SiteKind::Cloud => "cloud",
            SiteKind::DataCenter => "data center",
            SiteKind::Sample => "sample",
        };
        let method = match method {
            SignInMethod::Browser => "browser",
            SignInMethod::ApiToken => "API token",
            SignInMethod::PersonalToken => "personal access token",
        };
        let state = match state {
            SignInState::Ready => "signed in",
            SignInState::Ended => "sign-in ended",
            SignInState::Locked => "keychain locked",
        };
        let (name, account) = (cell(&site.name), cell(&account.name));
        // Writing to a text cannot fail.
        let _ = writeln!(table, "{name}\t{kind}\t{address}\t{account}\t{method}\t{state}\t{}", site.id);
    }
    print(&table)
}

async fn remove(name: &str, accounts: &Accounts) -> Result<(), Failure> {
    let id = accounts.find(name)?;
    let kind = accounts.stored_sites()?.into_iter().find(|site| site.site.id == id).map(|site| site.site.kind);
    accounts.sign_out(&id).await?;
    line(&format!("Signed out of {}.", cell(name)))?;
    if kind == Some(SiteKind::Cloud) {
        remark("To take the permission back as well, remove Pagelift at https://id.atlassian.com/manage-profile/apps");
    }
    Ok(())
}

async fn test(name: Option<&str>, accounts: &Accounts) -> Result<ExitCode, Failure> {
    let wanted = name.map(|name| accounts.find(name)).transpose()?;
    let mut failed = None;
    for StoredSite { site, .. } in accounts.stored_sites()? {
        if wanted.as_ref().is_some_and(|id| *id != site.id) {
            continue;
        }
        let tested = accounts.test(&site.id).await?;
        let name = cell(&site.name);
        match (tested.account, tested.error) {
            (Some(account), _) => line(&format!("{name}: signed in as {}", cell(&account)))?,
            (None, error) => {
                let failure = error.map(Failure::from);
                let why = failure.as_ref().map(Failure::sentence).unwrap_or_default();
                line(&format!("{name}: {why}"))?;
                failed = failed.or(failure);
            }
        }
        if !tested.missing.is_empty() {
            line(&format!("{name}: permissions that were not granted: {}", tested.missing.join(", ")))?;
        }
    }
    Ok(failed.map_or(ExitCode::SUCCESS, |failure| failure.exit_code()))
}
