//! The UI's calls and the shell's commands are the same list, argument by argument. Neither compiler can see the other side.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Names of commands, each with the names of its arguments in order of the alphabet.
type Commands = BTreeMap<String, Vec<String>>;

#[test]
fn the_ui_calls_exactly_the_commands_that_the_shell_has() {
    let calls = calls(&source("../ui/src/lib/backend/tauri.ts"));
    let handlers = handlers(&source("src/main.rs"), &source("src/commands.rs"));
    assert!(!calls.is_empty());
    assert_eq!(calls, handlers);
}

#[test]
fn no_other_file_of_the_ui_knows_tauri() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("backend/tauri.ts") {
                let text = fs::read_to_string(&path).unwrap_or_default();
                assert!(!text.contains("@tauri-apps/"), "{} imports Tauri", path.display());
            }
        }
    }
}

/// `invoke('name', { one, two: value })` and `invoke<Answer>('name')`.
fn calls(typescript: &str) -> Commands {
    let mut calls = Commands::new();
    for (start, _) in typescript.match_indices("invoke") {
        let rest = &typescript[start + "invoke".len()..];
        let Some((generic, rest)) = rest.split_once("('") else { continue };
        if !(generic.is_empty() || generic.starts_with('<') && generic.ends_with('>')) {
            continue;
        }
        let (name, rest) = rest.split_once('\'').unwrap();
        let arguments = match rest.trim_start_matches([',', ' ', '\n']).strip_prefix('{') {
            Some(object) => object.split_once('}').unwrap().0,
            None => "",
        };
        calls.insert(name.to_owned(), argument_names(arguments));
    }
    calls
}

/// The functions of the handler list, with their parameters except those that Tauri fills in.
fn handlers(main: &str, commands: &str) -> Commands {
    let list = main.split_once("generate_handler![").unwrap().1.split_once(']').unwrap().0;
    let names =
        list.split(',').map(|path| path.trim().trim_start_matches("commands::")).filter(|name| !name.is_empty());
    names.map(|name| (name.to_owned(), parameters(commands, name))).collect()
}

fn parameters(commands: &str, name: &str) -> Vec<String> {
    let signature = commands.split_once(&format!("fn {name}(")).unwrap().1.split_once(')').unwrap().0;
    // A lifetime and its comma belong to the state's type: `State<'_, Desktop>`.
    let signature = signature.replace("'_, ", "");
    let from_page: Vec<&str> = signature
        .split(',')
        .filter(|parameter| !parameter.contains("State<") && !parameter.contains("AppHandle"))
        .collect();
    argument_names(&from_page.join(","))
}

/// The names in `one: A, two: B` or `one, two: value`, in camel case as Tauri expects them of a page.
fn argument_names(list: &str) -> Vec<String> {
    let names = list.split(',').map(|argument| argument.split(':').next().unwrap().trim());
    let mut names: Vec<String> = names.filter(|name| !name.is_empty()).map(camel_case).collect();
    names.sort();
    names
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |joined, word| joined + &word[..1].to_uppercase() + &word[1..])
}

fn source(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}
