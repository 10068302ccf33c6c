//! Serves a site until it is interrupted; the first line of output is the address.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use pagelift_fake::{DataCenterOptions, GeneratorOptions, Server, ServerOptions, Site};

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
    /// Be a Data Center site below this path, such as /confluence
    #[arg(long, value_name = "PATH")]
    data_center: Option<String>,
    /// Port; 0 for any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// User of Basic auth
    #[arg(long, default_value = "ada@example.com")]
    email: String,
    /// API token of Basic auth
    #[arg(long, default_value = "secret-token")]
    token: String,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let site = match &arguments.site {
        Some(folder) => Site::read(folder)?,
        None => Site::generate(GeneratorOptions {
            pages: arguments.pages,
            attachments: arguments.attachments,
            seed: arguments.seed,
            depth: arguments.depth,
        }),
    };
    let context = arguments.data_center.unwrap_or_default();
    let context = if context.is_empty() { context } else { format!("/{}", context.trim_matches('/')) };
    let data_center =
        (!context.is_empty()).then(|| DataCenterOptions { context: context.clone(), ..Default::default() });
    let options = ServerOptions {
        latency: Duration::from_millis(arguments.latency),
        email: arguments.email,
        token: arguments.token,
        port: arguments.port,
        data_center,
        ..ServerOptions::default()
    };
    let server = Server::start(site, options).await?;
    let mut out = io::stdout();
    writeln!(out, "{}{context}", server.url())?;
    out.flush()?;
    tokio::signal::ctrl_c().await
}
