//! A page as people write them, only longer: mostly prose, with lists, tables, code, panels, pictures and links in between.

use std::fmt::Write as _;

const WORDS: &[&str] = &[
    "the",
    "service",
    "answers",
    "within",
    "two",
    "seconds,",
    "and",
    "each",
    "team",
    "keeps",
    "a",
    "copy",
    "of",
    "na&iuml;ve",
    "settings",
    "before",
    "every",
    "release.",
    "R&amp;D",
    "&lt;tag&gt;",
    "&nbsp;",
    "&ndash;",
    "größere",
    "[draft]",
    "snake_case",
    "5*3",
    "C#",
    "日本語",
    "notes",
    "#42",
];

/// A storage body of at least `size` bytes; the same each time.
pub fn page(size: usize) -> String {
    let mut writer = Writer { random: 7, out: String::with_capacity(size + 4096) };
    let mut section = 0;
    while writer.out.len() < size {
        section += 1;
        writer.section(section);
    }
    writer.out
}

struct Writer {
    random: u64,
    out: String,
}

impl Writer {
    fn below(&mut self, limit: usize) -> usize {
        // The generator of Knuth's MMIX; its upper bits are the good ones.
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) as usize % limit
    }

    fn add(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    fn words(&mut self, count: usize) {
        for at in 0..count {
            let word = self.below(WORDS.len());
            if at > 0 {
                self.add(" ");
            }
            self.add(WORDS.get(word).copied().unwrap_or_default());
        }
    }

    /// One line of text with marks, links, people and dates in it.
    fn text(&mut self, runs: usize) {
        for _ in 0..runs {
            match self.below(14) {
                0 => self.marked("strong"),
                1 => self.marked("em"),
                2 => self.marked("code"),
                3 => self.add("<a href=\"https://example.com/guide?a=1&amp;b=2\">the guide</a>"),
                4 => self.add(
                    "<ac:link><ri:page ri:space-key=\"DOC\" ri:content-title=\"Release &amp; notes\" />\
                     <ac:link-body>release <strong>notes</strong></ac:link-body></ac:link>",
                ),
                5 => self.add("<ac:link><ri:user ri:account-id=\"557058:1\" /></ac:link>"),
                6 => self.add("<time datetime=\"2026-03-05\" />"),
                7 => self.add("<span style=\"color: rgb(255,86,48);\">late</span>"),
                _ => {}
            }
            self.add(" ");
            let count = 6 + self.below(10);
            self.words(count);
            self.add(" ");
        }
    }

    fn marked(&mut self, name: &str) {
        let _ = write!(self.out, "<{name}>");
        self.words(2);
        let _ = write!(self.out, "</{name}>");
    }

    fn paragraph(&mut self) {
        self.add("<p>");
        let runs = 3 + self.below(6);
        self.text(runs);
        self.add("</p>");
    }

    fn section(&mut self, number: usize) {
        let level = if number % 5 == 1 { 2 } else { 3 };
        let _ = write!(self.out, "<h{level}>{number}. ");
        self.words(4);
        let _ = write!(self.out, "</h{level}>");
        for _ in 0..3 {
            self.paragraph();
        }
        match self.below(8) {
            0 | 1 => self.list(),
            2 | 3 => self.table(),
            4 => self.code(),
            5 => self.panel(),
            6 => self.picture(),
            _ => self.tasks(),
        }
    }

    fn list(&mut self) {
        self.add("<ul>");
        for item in 0..6 {
            self.add("<li><p>");
            self.text(2);
            self.add("</p>");
            if item % 3 == 0 {
                self.add("<ol><li><p>");
                self.text(1);
                self.add("</p></li><li><p>");
                self.text(1);
                self.add("</p></li></ol>");
            }
            self.add("</li>");
        }
        self.add("</ul>");
    }

    fn table(&mut self) {
        self.add("<table data-layout=\"default\"><colgroup><col /><col /><col /></colgroup><tbody><tr>");
        for name in ["Setting", "Default", "Meaning"] {
            let _ = write!(self.out, "<th><p><strong>{name}</strong></p></th>");
        }
        self.add("</tr>");
        for _ in 0..8 {
            self.add("<tr><td><p><code>");
            self.words(1);
            self.add("</code></p></td><td><p>");
            self.words(2);
            self.add("</p></td><td><p>");
            self.text(1);
            self.add("</p></td></tr>");
        }
        self.add("</tbody></table>");
    }

    fn code(&mut self) {
        self.add(
            "<ac:structured-macro ac:name=\"code\" ac:schema-version=\"1\"><ac:parameter ac:name=\"language\">yaml\
             </ac:parameter><ac:plain-text-body><![CDATA[",
        );
        for line in 0..12 {
            let _ = writeln!(self.out, "  step_{line}: {{ run: \"make <all> && check\", tries: {} }}", line * 7 % 5);
        }
        self.add("]]></ac:plain-text-body></ac:structured-macro>");
    }

    fn panel(&mut self) {
        self.add("<ac:structured-macro ac:name=\"info\" ac:schema-version=\"1\"><ac:rich-text-body>");
        self.paragraph();
        self.add("</ac:rich-text-body></ac:structured-macro>");
    }

    fn picture(&mut self) {
        self.add(
            "<ac:image ac:align=\"center\" ac:width=\"680\" ac:alt=\"Overview\"><ri:attachment \
             ri:filename=\"Overview &amp; detail.png\" ri:version-at-save=\"2\" /></ac:image>",
        );
    }

    fn tasks(&mut self) {
        self.add("<ac:task-list>");
        for (id, status) in ["complete", "incomplete", "incomplete"].iter().enumerate() {
            let _ = write!(
                self.out,
                "<ac:task><ac:task-id>{id}</ac:task-id><ac:task-status>{status}</ac:task-status><ac:task-body><span>"
            );
            self.text(1);
            self.add("</span></ac:task-body></ac:task>");
        }
        self.add("</ac:task-list>");
    }
}
