//! Consents, codes and tokens, and how each of them ends.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::log::OAuthLog;
use super::options::{Consent, OAuthOptions, Pkce, TokenFault};
use super::{pkce, tokens};

/// What the options say about codes and tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    is_cloud: bool,
    pkce: Pkce,
    code_lifetime: Duration,
    expires_in: Duration,
    refresh_lifetime: Duration,
    leeway: Duration,
    token_size: usize,
}

impl Rules {
    pub(crate) fn of(options: &OAuthOptions, is_cloud: bool) -> Self {
        Self {
            is_cloud,
            pkce: options.pkce,
            code_lifetime: options.code_lifetime,
            expires_in: options.expires_in,
            refresh_lifetime: options.refresh_lifetime,
            leeway: options.leeway,
            token_size: options.token_size,
        }
    }
}

/// An authorization request that was found in order.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) client: String,
    pub(crate) redirect: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) state: Option<String>,
    pub(crate) challenge: Option<pkce::Challenge>,
}

#[derive(Debug)]
struct Code {
    asked: Asked,
    account: usize,
    ends: Duration,
    is_used: bool,
    /// The tokens that came of it.
    family: Option<usize>,
}

/// All tokens that came of one code.
#[derive(Debug)]
struct Family {
    client: String,
    redirect: String,
    account: usize,
    scopes: BTreeSet<String>,
    has_ended: bool,
}

#[derive(Debug)]
struct Access {
    family: usize,
    ends: Duration,
}

#[derive(Debug)]
struct Refresh {
    family: usize,
    ends: Duration,
    replaced: Option<Duration>,
}

/// What an account lets a client do; a later consent replaces the scopes and adds its sites.
#[derive(Debug, Default)]
struct Consented {
    scopes: BTreeSet<String>,
    sites: BTreeSet<usize>,
}

/// What the token endpoint hands out.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    pub(crate) expires_in: u64,
    pub(crate) scopes: BTreeSet<String>,
}

/// Who holds an access token, and what it is good for.
#[derive(Debug)]
pub(crate) struct Holder {
    pub(crate) account: usize,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) sites: BTreeSet<usize>,
}

/// Why a code or a refresh token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The code is unknown, was used before, is too old or is another client's.
    Code,
    /// The redirect is not the one of the authorization request.
    Redirect,
    /// The verifier does not belong to the challenge.
    Verifier,
    /// The refresh token is unknown or was replaced before.
    Unknown,
    /// The refresh token is too old, or the grant was revoked.
    Ended,
}

/// What is sent to have a code exchanged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exchange<'a> {
    pub(crate) client: &'a str,
    pub(crate) code: &'a str,
    pub(crate) redirect: &'a str,
    pub(crate) verifier: Option<&'a str>,
}

/// Everything that changes while people sign in.
#[derive(Debug)]
pub(crate) struct Grants {
    rules: Rules,
    started: Instant,
    advanced: Duration,
    /// The requests whose consent page is shown.
    pending: BTreeMap<String, Asked>,
    codes: BTreeMap<String, Code>,
    families: Vec<Family>,
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Refresh>,
    consents: BTreeMap<(String, usize), Consented>,
    sessions: BTreeMap<String, usize>,
    issued: Vec<String>,
    pub(crate) consent: Consent,
    pub(crate) faults: Vec<TokenFault>,
    pub(crate) log: OAuthLog,
}

impl Grants {
    pub(crate) fn new(rules: Rules, consent: Consent) -> Self {
        Self {
            rules,
            started: Instant::now(),
            advanced: Duration::ZERO,
            pending: BTreeMap::new(),
            codes: BTreeMap::new(),
            families: Vec::new(),
            access: BTreeMap::new(),
            refresh: BTreeMap::new(),
            consents: BTreeMap::new(),
            sessions: BTreeMap::new(),
            issued: Vec::new(),
            consent,
            faults: Vec::new(),
            log: OAuthLog::default(),
        }
    }

    fn now(&self) -> Duration {
        self.started.elapsed() + self.advanced
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced += by;
    }

    /// Every code, token and session that was ever handed out.
    pub(crate) fn issued(&self) -> &[String] {
        &self.issued
    }

    /// Keeps a request while its consent page is shown, and gives the name under which the page sends it back.
    pub(crate) fn keep(&mut self, asked: Asked) -> String {
        let name = tokens::word(24);
        self.pending.insert(name.clone(), asked);
        name
    }

    pub(crate) fn pending(&self, name: &str) -> Option<&Asked> {
        self.pending.get(name)
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Asked> {
        self.pending.remove(name)
    }

    pub(crate) fn log_in(&mut self, account: usize) -> String {
        let session = tokens::word(32);
        self.issued.push(session.clone());
        self.sessions.insert(session.clone(), account);
        session
    }

    pub(crate) fn session(&self, name: &str) -> Option<usize> {
        self.sessions.get(name).copied()
    }

    /// The person accepts: the code that goes back to the client.
    pub(crate) fn accept(&mut self, asked: Asked, account: usize, sites: &[usize]) -> String {
        let consented = self.consents.entry((asked.client.clone(), account)).or_default();
        consented.scopes.clone_from(&asked.scopes);
        consented.sites.extend(sites);
        self.log.consents += 1;
        let code = tokens::word(40);
        self.issued.push(code.clone());
        let ends = self.now() + self.rules.code_lifetime;
        self.codes.insert(code.clone(), Code { asked, account, ends, is_used: false, family: None });
        code
    }

    /// Exchanges a code. One try is all a code is good for; a second ends the tokens that came of the first.
    pub(crate) fn redeem(&mut self, exchange: Exchange<'_>) -> Result<Pair, Refusal> {
        let now = self.now();
        let code = self.codes.get_mut(exchange.code).filter(|code| code.asked.client == exchange.client);
        let Some(code) = code else { return Err(Refusal::Code) };
        if code.is_used {
            self.log.code_reuses += 1;
            if let Some(family) = code.family.and_then(|at| self.families.get_mut(at)) {
                family.has_ended = true;
            }
            return Err(Refusal::Code);
        }
        code.is_used = true;
        if now >= code.ends {
            return Err(Refusal::Code);
        }
        if code.asked.redirect != exchange.redirect {
            return Err(Refusal::Redirect);
        }
        let is_checked = self.rules.pkce != Pkce::Ignored;
        if is_checked && !pkce::matches(code.asked.challenge.as_ref(), exchange.verifier) {
            return Err(Refusal::Verifier);
        }
        let at = self.families.len();
        code.family = Some(at);
        self.families.push(Family {
            client: code.asked.client.clone(),
            redirect: code.asked.redirect.clone(),
            account: code.account,
            scopes: code.asked.scopes.clone(),
            has_ended: false,
        });
        self.log.exchanges += 1;
        self.issue(at).ok_or(Refusal::Code)
    }

    /// Exchanges a refresh token for the next pair. `redirect` is compared where it is sent.
    pub(crate) fn renew(&mut self, client: &str, token: &str, redirect: Option<&str>) -> Result<Pair, Refusal> {
        let now = self.now();
        let Some(refresh) = self.refresh.get_mut(token) else { return Err(Refusal::Unknown) };
        let at = refresh.family;
        let Some(family) = self.families.get_mut(at).filter(|family| family.client == client) else {
            return Err(Refusal::Unknown);
        };
        if redirect.is_some_and(|redirect| redirect != family.redirect) {
            return Err(Refusal::Redirect);
        }
        if let Some(replaced) = refresh.replaced {
            if now.saturating_sub(replaced) >= self.rules.leeway {
                self.log.reuses += 1;
                // Nobody says that Data Center ends the family: there, a replaced token is merely unknown.
                family.has_ended |= self.rules.is_cloud;
                return Err(Refusal::Unknown);
            }
            self.log.leeway_uses += 1;
        }
        if family.has_ended || now >= refresh.ends {
            return Err(Refusal::Ended);
        }
        refresh.replaced.get_or_insert(now);
        if !self.rules.is_cloud {
            self.access.retain(|_, access| access.family != at);
        }
        self.log.renewals += 1;
        self.issue(at).ok_or(Refusal::Unknown)
    }

    fn issue(&mut self, at: usize) -> Option<Pair> {
        let now = self.now();
        let family = self.families.get(at)?;
        let scopes = self.effective(family);
        let make = |use_: &str| {
            if self.rules.is_cloud { tokens::cloud(use_, self.rules.token_size) } else { tokens::data_center() }
        };
        let access = make("access");
        let is_lasting = !self.rules.is_cloud || scopes.contains("offline_access");
        let refresh = is_lasting.then(|| make("refresh"));
        self.issued.push(access.clone());
        self.access.insert(access.clone(), Access { family: at, ends: now + self.rules.expires_in });
        if let Some(refresh) = &refresh {
            self.issued.push(refresh.clone());
            let ends = now + self.rules.refresh_lifetime;
            self.refresh.insert(refresh.clone(), Refresh { family: at, ends, replaced: None });
        }
        Some(Pair { access, refresh, expires_in: self.rules.expires_in.as_secs(), scopes })
    }

    /// The scopes of a family that the latest consent has left to it.
    fn effective(&self, family: &Family) -> BTreeSet<String> {
        let consented = self.consents.get(&(family.client.clone(), family.account));
        consented.map(|consented| family.scopes.intersection(&consented.scopes).cloned().collect()).unwrap_or_default()
    }

    /// Who holds this access token; nobody when it is unknown, too old or revoked.
    pub(crate) fn holder(&self, token: &str) -> Option<Holder> {
        let access = self.access.get(token).filter(|access| self.now() < access.ends)?;
        let family = self.families.get(access.family).filter(|family| !family.has_ended)?;
        let consented = self.consents.get(&(family.client.clone(), family.account))?;
        Some(Holder { account: family.account, scopes: self.effective(family), sites: consented.sites.clone() })
    }

    /// Ends the tokens that came with this one, when they are the client's.
    pub(crate) fn revoke(&mut self, client: &str, token: &str) {
        self.log.revocations += 1;
        let at = self.access.get(token).map(|access| access.family);
        let at = at.or_else(|| self.refresh.get(token).map(|refresh| refresh.family));
        let family = at.and_then(|at| self.families.get_mut(at)).filter(|family| family.client == client);
        if let Some(family) = family {
            family.has_ended = true;
        }
    }

    /// Takes back what this account, or everybody, has consented to.
    pub(crate) fn revoke_all(&mut self, account: Option<usize>) {
        let is_meant = |one: usize| account.is_none_or(|account| account == one);
        self.consents.retain(|(_, one), _| !is_meant(*one));
        for family in self.families.iter_mut().filter(|family| is_meant(family.account)) {
            family.has_ended = true;
        }
    }

    /// Ends all access tokens, as the passing of time would; refresh tokens live on.
    pub(crate) fn end_access(&mut self) {
        self.access.clear();
    }
}
