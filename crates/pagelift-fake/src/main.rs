//! Serves a site until it is interrupted; the first line of output is the address, the second that of a second site.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, ValueEnum};
use pagelift_fake::{
    Client, Consent, DataCenterOptions, ForgeOptions, GeneratorOptions, OAuthOptions, Pkce, Resources, Server,
    ServerOptions, Site,
};

/// A fake Confluence Cloud, or Data Center.
#[derive(Debug, Parser)]
#[command(name = "pagelift-fake", version)]
struct Arguments {
    /// Folder of a written site, in place of a generated one
    #[arg(long, value_name = "DIR", conflicts_with_all = ["pages", "attachments", "seed", "depth"])]
    site: Option<PathBuf>,
    /// Pages of the space DOCS
    #[arg(long, default_value_t = 100)]
    pages: usize,
    /// Attachments of the whole site
    #[arg(long, default_value_t = 50)]
    attachments: usize,
    /// The same seed gives the same site
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Deepest level of nesting
    #[arg(long, default_value_t = 4)]
    depth: usize,
    /// Milliseconds before each answer
    #[arg(long, default_value_t = 0)]
    latency: u64,
    /// Be a Data Center site below this path, such as /confluence, or / for none
    #[arg(long, value_name = "PATH")]
    data_center: Option<String>,
    /// The release of Data Center
    #[arg(long, value_name = "VERSION", requires = "data_center", default_value = "8.5.4")]
    site_version: String,
    /// Port; 0 for any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// User of Basic auth
    #[arg(long, default_value = "ada@example.com")]
    email: String,
    /// API token of Basic auth, or personal access token
    #[arg(long, default_value = "secret-token")]
    token: String,
    /// Take nobody for anonymous in place of refusing
    #[arg(long)]
    anonymous: bool,
    /// Seconds that the server's clock is ahead
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_name = "SECONDS")]
    clock_off: i64,
    /// Serve Forge apps as well
    #[arg(long, conflicts_with = "data_center")]
    forge: bool,
    #[command(flatten)]
    oauth: OAuthArguments,
}

/// Sign-in in the browser.
#[derive(Debug, Args)]
#[group(skip)]
struct OAuthArguments {
    /// Let people sign in with the browser as well
    #[arg(long)]
    oauth: bool,
    /// Id of the registered client
    #[arg(long, requires = "oauth", value_name = "ID")]
    client_id: Option<String>,
    /// Secret of the registered client
    #[arg(long, requires = "oauth", value_name = "SECRET")]
    client_secret: Option<String>,
    /// The registered redirect
    #[arg(long, requires = "oauth", value_name = "ADDRESS")]
    redirect: Option<String>,
    /// A registered scope; may come several times
    #[arg(long, requires = "oauth", value_name = "SCOPE")]
    scope: Vec<String>,
    /// E-mail address of somebody who can sign in; may come several times
    #[arg(long, requires = "oauth", value_name = "EMAIL")]
    account: Vec<String>,
    /// Cloud: serve another site as well
    #[arg(long, requires = "oauth", conflicts_with = "data_center")]
    second_site: bool,
    /// What becomes of authorization requests
    #[arg(long, requires = "oauth", value_enum, default_value_t)]
    consent: ConsentArgument,
    /// What is done about proof keys
    #[arg(long, requires = "oauth", value_enum)]
    pkce: Option<PkceArgument>,
    /// Seconds that a code is good
    #[arg(long, requires = "oauth", value_name = "SECONDS")]
    code_lifetime: Option<u64>,
    /// Seconds that an access token is good
    #[arg(long, requires = "oauth", value_name = "SECONDS")]
    expires_in: Option<u64>,
    /// Seconds that a refresh token is good
    #[arg(long, requires = "oauth", value_name = "SECONDS")]
    refresh_lifetime: Option<u64>,
    /// Seconds in which a replaced refresh token may come again
    #[arg(long, requires = "oauth", value_name = "SECONDS")]
    leeway: Option<u64>,
    /// Cloud: the length of tokens
    #[arg(long, requires = "oauth", value_name = "CHARACTERS")]
    token_size: Option<usize>,
    /// Cloud: leave `token_type` out of answers
    #[arg(long, requires = "oauth")]
    without_token_type: bool,
    /// Cloud: which sites a grant is said to have
    #[arg(long, requires = "oauth", value_enum, default_value_t)]
    resources: ResourcesArgument,
    /// Cloud: the status of answers to dead access tokens
    #[arg(long, requires = "oauth", value_name = "STATUS")]
    expired_status: Option<u16>,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum ConsentArgument {
    #[default]
    Ask,
    Accept,
    Cancel,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PkceArgument {
    Ignored,
    Checked,
    Required,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum ResourcesArgument {
    #[default]
    Granted,
    None,
    Doubled,
}

impl Arguments {
    fn site(&self) -> io::Result<Site> {
        self.site.as_ref().map_or_else(|| Ok(self.generated(self.seed)), |folder| Site::read(folder))
    }

    fn generated(&self, seed: u64) -> Site {
        Site::generate(GeneratorOptions { pages: self.pages, attachments: self.attachments, seed, depth: self.depth })
    }

    fn data_center(&self) -> Option<DataCenterOptions> {
        let path = self.data_center.as_ref()?.trim_matches('/');
        let context = if path.is_empty() { String::new() } else { format!("/{path}") };
        Some(DataCenterOptions { context, version: self.site_version.clone(), ..DataCenterOptions::default() })
    }

    fn oauth(&self) -> Option<OAuthOptions> {
        let given = &self.oauth;
        let defaults = if self.data_center.is_some() { OAuthOptions::data_center() } else { OAuthOptions::cloud() };
        let clients = defaults.clients.iter().map(|client| Client {
            id: given.client_id.clone().unwrap_or_else(|| client.id.clone()),
            secret: given.client_secret.clone().unwrap_or_else(|| client.secret.clone()),
            redirect: given.redirect.clone().unwrap_or_else(|| client.redirect.clone()),
            scopes: if given.scope.is_empty() { client.scopes.clone() } else { given.scope.clone() },
        });
        let seconds = |given: Option<u64>, default: Duration| given.map_or(default, Duration::from_secs);
        given.oauth.then(|| OAuthOptions {
            clients: clients.collect(),
            accounts: if given.account.is_empty() { defaults.accounts.clone() } else { given.account.clone() },
            second_site: given.second_site.then(|| self.generated(self.seed + 1)),
            consent: match given.consent {
                ConsentArgument::Ask => Consent::Ask,
                ConsentArgument::Accept => Consent::Accept { account: 0, sites: Vec::new() },
                ConsentArgument::Cancel => Consent::Cancel,
            },
            pkce: match given.pkce {
                None => defaults.pkce,
                Some(PkceArgument::Ignored) => Pkce::Ignored,
                Some(PkceArgument::Checked) => Pkce::Checked,
                Some(PkceArgument::Required) => Pkce::Required,
            },
            code_lifetime: seconds(given.code_lifetime, defaults.code_lifetime),
            expires_in: seconds(given.expires_in, defaults.expires_in),
            refresh_lifetime: seconds(given.refresh_lifetime, defaults.refresh_lifetime),
            leeway: seconds(given.leeway, defaults.leeway),
            token_size: given.token_size.unwrap_or(defaults.token_size),
            without_token_type: given.without_token_type,
            resources: match given.resources {
                ResourcesArgument::Granted => Resources::Granted,
                ResourcesArgument::None => Resources::None,
                ResourcesArgument::Doubled => Resources::Doubled,
            },
            expired_status: given.expired_status.unwrap_or(defaults.expired_status),
            ..defaults.clone()
        })
    }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let options = ServerOptions {
        latency: Duration::from_millis(arguments.latency),
        email: arguments.email.clone(),
        token: arguments.token.clone(),
        port: arguments.port,
        anonymous: arguments.anonymous,
        data_center: arguments.data_center(),
        oauth: arguments.oauth(),
        forge: arguments.forge.then(ForgeOptions::default),
        clock_off: arguments.clock_off,
        ..ServerOptions::default()
    };
    let context = options.data_center.as_ref().map(|options| options.context.clone()).unwrap_or_default();
    let server = Server::start(arguments.site()?, options).await?;
    let mut out = io::stdout();
    writeln!(out, "{}{context}", server.url())?;
    if let Some((address, _)) = server.second_site() {
        writeln!(out, "{address}")?;
    }
    out.flush()?;
    tokio::signal::ctrl_c().await
}
