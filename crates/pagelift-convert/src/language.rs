//! The info string of a code block.

/// The language name for a fence; empty where there is none.
pub(crate) fn info(name: &str) -> String {
    let name = name.trim().to_lowercase();
    let known = match name.as_str() {
        "none" | "text" | "plain" | "plaintext" | "plain text" => "",
        "actionscript3" | "as3" => "actionscript",
        "sh" | "shell" | "zsh" | "shellscript" => "bash",
        "c++" => "cpp",
        "c#" | "c-sharp" => "csharp",
        "coldfusion" | "cf" => "cfm",
        "patch" => "diff",
        "docker" => "dockerfile",
        "erl" => "erlang",
        "f#" => "fsharp",
        "golang" => "go",
        "gradle" => "groovy",
        "hs" => "haskell",
        "terraform" | "tf" => "hcl",
        "html/xml" | "html and xml" | "xhtml" | "htmlxml" => "xml",
        "json5" => "json",
        "js" | "jscript" => "javascript",
        "ts" => "typescript",
        "javafx" | "jfx" => "java",
        "kt" => "kotlin",
        "md" => "markdown",
        "objc" | "objective-c" => "objectivec",
        "delphi" | "objectpascal" => "pascal",
        "pl" => "perl",
        "pl/sql" => "plsql",
        "tsql" => "sql",
        "ps" | "ps1" => "powershell",
        "py" | "python3" => "python",
        "rb" => "ruby",
        "rs" => "rust",
        "tex" => "latex",
        "vb.net" | "vbnet" | "visual basic" | "visualbasic" => "vb",
        "yml" => "yaml",
        "protocol buffers" => "protobuf",
        "restructuredtext" => "rst",
        "puml" => "plantuml",
        other => other,
    };
    let valid = known.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+#_.-".contains(c));
    if valid { known.to_owned() } else { String::new() }
}
