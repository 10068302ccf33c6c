//! Which crate may reach which. ARCHITECTURE.md says why.

use anyhow::{Result, bail};

use crate::run::{cargo, output};

/// What a crate must not reach, directly or through others.
struct Seam {
    of: &'static str,
    never: &'static [&'static str],
}

/// Crates that do I/O.
const IO: &[&str] = &["async-std", "curl", "hyper", "mio", "reqwest", "rusqlite", "tempfile", "tokio", "ureq"];

const SEAMS: &[Seam] = &[
    Seam { of: "pagelift-model", never: IO },
    Seam {
        of: "pagelift-model",
        never: &["pagelift-convert", "pagelift-confluence", "pagelift-export", "pagelift-app"],
    },
    Seam { of: "pagelift-convert", never: IO },
    Seam { of: "pagelift-convert", never: &["pagelift-confluence", "pagelift-export", "pagelift-app"] },
    Seam { of: "pagelift-confluence", never: &["pagelift-convert", "pagelift-export", "pagelift-app", "rusqlite"] },
    Seam { of: "pagelift-export", never: &["pagelift-confluence", "pagelift-app", "reqwest"] },
    Seam { of: "pagelift-app", never: &["pagelift-cli", "pagelift-desktop"] },
];

/// Crates that only some of ours may name in their own manifest.
const OWNED: &[(&str, &[&str])] = &[
    ("reqwest", &["pagelift-confluence"]),
    ("rusqlite", &["pagelift-export", "pagelift-app"]),
    ("pagelift-confluence", &["pagelift-app"]),
    ("pagelift-fake", &["pagelift-tests"]),
];

/// The only crate that may reach any crate of Tauri.
const SHELL: &str = "pagelift-desktop";

/// Fails on the first crate that reaches what it must not. Dependencies of tests do not count, those of other systems do.
pub fn seams() -> Result<()> {
    println!("> seams between crates");
    for Seam { of, never } in SEAMS {
        if let Some(reached) = dependencies(of, Depth::All)?.iter().find(|name| never.contains(&name.as_str())) {
            bail!("`{of}` must not reach `{reached}` (see ARCHITECTURE.md)");
        }
    }
    for member in members()? {
        if member != SHELL
            && let Some(reached) = dependencies(&member, Depth::All)?.iter().find(|name| is_tauri(name))
        {
            bail!("`{member}` must not reach `{reached}`: only `{SHELL}` may (see ARCHITECTURE.md)");
        }
        let named = dependencies(&member, Depth::Named)?;
        for (owned, owners) in OWNED {
            if !owners.contains(&member.as_str()) && named.iter().any(|name| name == owned) {
                bail!("`{member}` must not depend on `{owned}` (see ARCHITECTURE.md)");
            }
        }
    }
    Ok(())
}

fn is_tauri(name: &str) -> bool {
    name == "tauri" || name == "wry" || name == "tao" || name.starts_with("tauri-")
}

#[derive(Clone, Copy)]
enum Depth {
    /// What the crate's manifest names.
    Named,
    /// That and whatever it brings.
    All,
}

fn dependencies(of: &str, depth: Depth) -> Result<Vec<String>> {
    let mut tree = cargo();
    tree.args(["tree", "--locked", "--package", of, "--edges", "normal,build", "--target", "all"]);
    tree.args(["--prefix", "none", "--format", "{p}"]);
    if let Depth::Named = depth {
        tree.args(["--depth", "1"]);
    }
    Ok(names(&output(&mut tree)?).skip(1).collect())
}

fn members() -> Result<Vec<String>> {
    let tree = output(cargo().args([
        "tree",
        "--locked",
        "--workspace",
        "--depth",
        "0",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    Ok(names(&tree).collect())
}

/// The crates' names in lines like `url v2.5.8`.
fn names(tree: &str) -> impl Iterator<Item = String> {
    tree.lines().filter_map(|line| line.split(' ').next()).filter(|name| !name.is_empty()).map(str::to_owned)
}
