//! Emoticons and emoji.

use pagelift_model::WarningCode;

use crate::build::Builder;

impl Builder<'_> {
    /// The text that stands for an emoticon. Its old name comes last: the editor writes `blue-star` for every emoji it
    /// has no old name for.
    pub(crate) fn emoticon(&mut self, id: usize) -> String {
        let xml = self.xml;
        // A rendered view says the same in attributes with another prefix.
        let attr = |name: &str| xml.attr(id, name).or_else(|| xml.attr(id, &format!("data-{name}"))).unwrap_or("");
        let fallback = attr("emoji-fallback");
        if !fallback.is_ascii() && !fallback.starts_with(':') {
            return fallback.to_owned();
        }
        if let Some(emoji) = Some(attr("emoji-id")).filter(|emoji| !emoji.is_empty()) {
            let points: Option<String> =
                emoji.split('-').map(|p| u32::from_str_radix(p, 16).ok().and_then(char::from_u32)).collect();
            // The id of a custom emoji can look like a number too.
            let shown = |c: char| c >= '\u{2000}' || matches!(c, '©' | '®');
            if let Some(text) = points.filter(|text| text.chars().any(shown)) {
                return text;
            }
            if let Some(known) = emoji.strip_prefix("atlassian-").and_then(old_emoji) {
                return known.to_owned();
            }
        }
        let short = [attr("emoji-shortname"), fallback];
        let short = short.into_iter().find(|short| !short.trim_matches(':').is_empty()).unwrap_or("");
        let bare = short.trim_matches(':');
        if !bare.is_empty() {
            let known = old_emoji(bare).or_else(|| emojis::get_by_shortcode(bare).map(emojis::Emoji::as_str));
            if let Some(known) = known.map(str::to_owned).or_else(|| flag(bare)) {
                return known;
            }
            // A custom emoji has an id of its own; the old name that the editor gives it means nothing.
            if let Some(known) = old_emoji(attr("name")).filter(|_| attr("name") != "blue-star") {
                return known.to_owned();
            }
            self.warn(WarningCode::EmojiCustom, short, "");
            return format!(":{bare}:");
        }
        let name = match attr("name") {
            "" => xml.attr(id, "class").and_then(|class| class.split_once("emoticon-")).map_or("", |(_, name)| name),
            name => name,
        };
        if let Some(known) = old_emoji(name.split(' ').next().unwrap_or(name)) {
            return known.to_owned();
        }
        self.warn(WarningCode::EmojiCustom, name, "");
        if name.is_empty() { String::new() } else { format!(":{name}:") }
    }
}

/// The flag of a country by its two letters.
fn flag(name: &str) -> Option<String> {
    let country = name.strip_prefix("flag_").or_else(|| name.strip_prefix("flag-"))?;
    let letter = |c: char| char::from_u32(0x1_f1e6 + u32::from(c) - u32::from('a'));
    let letters = country.len() == 2 && country.bytes().all(|b| b.is_ascii_lowercase());
    letters.then(|| country.chars().filter_map(letter).collect())
}

fn old_emoji(name: &str) -> Option<&'static str> {
    Some(match name.replace('_', "-").as_str() {
        "smile" => "🙂",
        "sad" => "🙁",
        "cheeky" => "😛",
        "laugh" => "😀",
        "wink" => "😉",
        "thumbs-up" => "👍",
        "thumbs-down" => "👎",
        "information" | "info" => "ℹ️",
        "tick" | "check-mark" => "✅",
        "cross" | "cross-mark" => "❌",
        "warning" => "⚠️",
        "plus" => "➕",
        "minus" => "➖",
        "question" | "question-mark" => "❓",
        "heart" | "red-star" => "❤️",
        "light-on" | "light-bulb-on" => "💡",
        "light-off" | "light-bulb-off" => "🚫",
        "yellow-star" => "⭐",
        "green-star" => "💚",
        "blue-star" => "💙",
        "broken-heart" => "💔",
        _ => return None,
    })
}
