//! `site connect-app` and its like.

use pagelift_app::Accounts;
use pagelift_app::connections::{AppChoice, AppConnection, ConnectionRequest, Through};
use pagelift_app::ipc::{IntegrationInput, Pkce, ReturnRoute, SignInEvent};
use tokio::sync::mpsc::unbounded_channel;

use super::{browser, secret};
use crate::args::Return;
use crate::args::apps::{ConnectApp, Way};
use crate::failure::Failure;
use crate::output::{cell, line, remark};
use crate::stop::stoppable;

/// Connects an app to a stored site, with a consent of its own.
pub async fn connect(typed: &ConnectApp, accounts: &Accounts) -> Result<(), Failure> {
    let route = match typed.route.unwrap_or(Return::Loopback) {
        Return::Loopback => ReturnRoute::Loopback,
        Return::Paste => ReturnRoute::Paste,
        Return::DeepLink => {
            let message =
                "no link can open a command; use --return paste and paste the address at which the browser ends";
            return Err(Failure::usage(message.to_owned()));
        }
    };
    let site = accounts.find(&typed.site)?;
    let client_secret = secret::ask("Client secret: ")?;
    let request = ConnectionRequest {
        site,
        app: AppChoice::parse(&typed.app),
        name: typed.name.clone(),
        through: if typed.through == Way::Site { Through::Site } else { Through::Gateway },
        integration: IntegrationInput {
            pkce: Pkce::default(),
            client_id: typed.client_id.clone(),
            client_secret,
            card: None,
            route,
            callback: typed.callback.clone(),
        },
        scopes: typed.scopes.clone(),
        writes: typed.write,
        lasting: !typed.without_refresh,
    };
    stoppable(Box::pin(connected(typed, request, route, accounts))).await
}

async fn connected(
    typed: &ConnectApp,
    request: ConnectionRequest,
    route: ReturnRoute,
    accounts: &Accounts,
) -> Result<(), Failure> {
    let (sender, mut events) = unbounded_channel();
    let tell = move |event| {
        // Nobody waits any more when the command ends.
        let _ = sender.send(event);
    };
    let started = accounts.begin_app_connection(request, tell).await?;
    if typed.no_browser {
        line(&started.address)?;
    } else {
        browser::open(&started.address);
    }
    remark(
        "Agree in the browser. Should it end at a page that cannot be opened, paste its address here and press Enter.",
    );
    let mut pasted = secret::lines(route == ReturnRoute::Paste);
    let mut may_paste = true;
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            address = pasted.recv(), if may_paste => {
                match address {
                    None => may_paste = false,
                    Some(address) if address.trim().is_empty() => {}
                    Some(address) => {
                        if let Err(error) = accounts.paste_callback(&started.attempt, &address) {
                            remark(&cell(&error.to_string()));
                        }
                    }
                }
                continue;
            }
        };
        match event {
            Some(SignInEvent::Choose { .. }) => break,
            Some(SignInEvent::Failed { error }) => return Err(error.into()),
            Some(SignInEvent::Exchanging | SignInEvent::Disturbed) => {}
            None => return Err(Failure::system("the sign-in came to no end".to_owned())),
        }
    }
    let app = accounts.finish_app_connection(&started.attempt).await?;
    line(&format!("Connected {} ({}). Preview by Atlassian: may change.", cell(&app.title), cell(&app.base)))
}

/// Lists the connected apps, or tries each.
pub async fn apps(site: Option<&str>, test: bool, accounts: &Accounts) -> Result<Option<Failure>, Failure> {
    let site = site.map(|site| accounts.find(site)).transpose()?;
    let names: Vec<(String, String)> =
        accounts.stored_sites()?.into_iter().map(|stored| (stored.site.id, stored.site.name)).collect();
    let mut failed = None;
    for app in accounts.app_connections(site.as_deref())? {
        let name = names.iter().find(|(id, _)| *id == app.site).map(|(_, name)| cell(name)).unwrap_or_default();
        let state = if test {
            let tested = async { accounts.test_app(&app.site, &app.name).await.map_err(Failure::from) };
            match stoppable(tested).await {
                Ok(()) => "answers".to_owned(),
                Err(failure) => {
                    let sentence = failure.sentence();
                    failed = failed.or(Some(failure));
                    sentence
                }
            }
        } else {
            standing(&app).to_owned()
        };
        line(&format!("{name}\t{}\t{}\t{state}", cell(&app.name), cell(&app.base)))?;
    }
    Ok(failed)
}

fn standing(app: &AppConnection) -> &'static str {
    match (app.has_ended, app.may_write()) {
        (true, _) => "sign-in ended",
        (false, true) => "connected, may change",
        (false, false) => "connected",
    }
}

/// Forgets an app.
pub async fn disconnect(site: &str, app: &str, accounts: &Accounts) -> Result<(), Failure> {
    let id = accounts.find(site)?;
    accounts.disconnect_app(&id, app).await?;
    line(&format!("Disconnected {} from {}.", cell(app), cell(site)))
}
