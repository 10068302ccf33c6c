//! Connection cards: what a stored or typed integration looks like as a file, and files that were opened.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pagelift_model::{ErrorCode, Secret, SiteAddress, SiteKind};

use super::browser::base_address;
use super::store::{KnownIntegration, KnownServer};
use super::{Accounts, site_gone};
use crate::AppError;
use crate::card::{Card, ENDING, read_card, write_card};
use crate::ipc::{CardInput, CardRequest, CardSecret, ConnectionCard};
use crate::sign_in::{default_name, random_name, route_of};

/// Cards that were opened since Pagelift began, by name.
#[derive(Default)]
pub(super) struct Cards(Mutex<HashMap<String, Opened>>);

struct Opened {
    card: Card,
    /// The secret, once the passphrase was right.
    secret: Option<Secret>,
    /// Grows from card to card.
    number: u64,
}

/// How many cards are held: far more than anybody has in hand.
const MOST: u64 = 16;

impl Cards {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Opened>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The secret of a card, for the integration that the card is of and no other; `None` where it holds none.
    pub(super) fn secret(&self, id: &str, known: &KnownIntegration) -> Result<Option<Secret>, AppError> {
        let all = self.all();
        let opened = all.get(id).ok_or_else(card_gone)?;
        if !opened.card.is_of(known) {
            let message = "the secret of the connection card is for the site and the client id of the card alone";
            return Err(AppError::refused(ErrorCode::UsageInvalid, message));
        }
        if opened.card.sealed.is_some() && opened.secret.is_none() {
            return Err(AppError::refused(ErrorCode::UsageInvalid, "the connection card still needs its passphrase"));
        }
        Ok(opened.secret.clone())
    }

    /// Lets go of a card.
    pub(super) fn close(&self, id: &str) {
        self.all().remove(id);
    }
}

impl Card {
    fn is_of(&self, known: &KnownIntegration) -> bool {
        let is_there = match &known.server {
            KnownServer::Cloud { .. } => self.kind != SiteKind::DataCenter,
            KnownServer::DataCenter { base } => {
                let origin = SiteAddress::parse(base).map(|base| base.url().origin());
                self.kind == SiteKind::DataCenter && origin == Some(self.address.url().origin())
            }
        };
        is_there && self.client_id == known.client_id
    }
}

impl Accounts {
    /// Reads a connection card. It is held until a sign-in with it is kept, or many others were opened.
    pub fn open_card(&self, bytes: &[u8]) -> Result<ConnectionCard, AppError> {
        let (card, id) = (read_card(bytes)?, random_name()?);
        let mut all = self.0.cards.all();
        let number = all.values().map(|opened| opened.number + 1).max().unwrap_or_default();
        all.retain(|_, opened| opened.number + MOST > number);
        let opened = Opened { card, secret: None, number };
        let shown = opened.shown(&id);
        all.insert(id, opened);
        Ok(shown)
    }

    /// Opens the secret of a card. Takes some time on purpose, and blocks for it.
    pub fn unlock_card(&self, id: &str, passphrase: &Secret) -> Result<ConnectionCard, AppError> {
        let sealed = self.0.cards.all().get(id).ok_or_else(card_gone)?.card.sealed.clone();
        let secret = sealed.map(|sealed| sealed.open(passphrase)).transpose()?;
        let mut all = self.0.cards.all();
        let opened = all.get_mut(id).ok_or_else(card_gone)?;
        opened.secret = secret;
        Ok(opened.shown(id))
    }

    /// Makes a connection card: a name for its file, and what goes into it. Never a person's sign-in.
    pub async fn make_card(&self, request: CardRequest) -> Result<(String, Vec<u8>), AppError> {
        let (card, secret) = match (&request.site, &request.typed) {
            (Some(site), None) => self.card_of_site(site).await?,
            (None, Some(typed)) => self.card_of_input(typed)?,
            _ => return Err(AppError::refused(ErrorCode::UsageInvalid, "a card is of one site")),
        };
        let passphrase = request.passphrase;
        let write =
            move || write_card(&card, secret.as_ref(), passphrase.as_ref()).map(|bytes| (file_name(&card.name), bytes));
        let ended = |_| AppError::refused(ErrorCode::Internal, "the card could not be made");
        tokio::task::spawn_blocking(write).await.map_err(ended)?
    }

    async fn card_of_site(&self, id: &str) -> Result<(Card, Option<Secret>), AppError> {
        let entries = self.store().read()?;
        let site = entries.site(id).ok_or_else(site_gone)?;
        let (known, secret) = self.stored_integration(&entries, site).await?;
        let card = Card {
            kind: site.kind,
            address: site.address().ok_or_else(site_gone)?,
            name: site.name.clone(),
            client_id: known.client_id,
            route: route_of(&known.redirect),
            callback: known.redirect,
            sealed: None,
        };
        Ok((card, secret))
    }

    fn card_of_input(&self, typed: &CardInput) -> Result<(Card, Option<Secret>), AppError> {
        let address: SiteAddress = base_address(typed.kind, &typed.address)?;
        let name = typed.name.trim();
        let (known, secret, route) = self.typed_integration(typed.kind, &address, &typed.integration)?;
        let name = if name.is_empty() { default_name(&address) } else { name.to_owned() };
        let card = Card {
            kind: typed.kind,
            address,
            name,
            client_id: known.client_id,
            route,
            callback: known.redirect,
            sealed: None,
        };
        Ok((card, secret))
    }
}

impl Opened {
    fn shown(&self, id: &str) -> ConnectionCard {
        let Card { kind, address, name, client_id, route, callback, sealed } = &self.card;
        ConnectionCard {
            id: id.to_owned(),
            kind: *kind,
            address: address.as_str().to_owned(),
            name: name.clone(),
            client_id: client_id.clone(),
            route: *route,
            callback: callback.clone(),
            secret: match (sealed, &self.secret) {
                (None, _) => CardSecret::None,
                (Some(_), None) => CardSecret::Sealed,
                (Some(_), Some(_)) => CardSecret::Open,
            },
        }
    }
}

/// A file name made from that of the site.
fn file_name(name: &str) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() || " -_".contains(letter) { letter } else { '-' };
    let name: String = name.chars().map(plain).take(60).collect();
    let name = name.trim_matches([' ', '-']);
    format!("{}{ENDING}", if name.is_empty() { "Confluence" } else { name })
}

fn card_gone() -> AppError {
    AppError::refused(ErrorCode::CardInvalid, "the connection card is not open any more; open it again")
}
