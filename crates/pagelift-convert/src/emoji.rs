//! Emoticons and emoji.

use pagelift_model::WarningCode;

use crate::build::Builder;

impl Builder<'_> {
    /// The text that stands for an emoticon. Its old name comes last: the editor writes `blue-star` for every emoji it
    /// has no old name for.
    pub(crate) fn emoticon(&mut self, id: usize) -> String {
        let xml = self.xml;
        let fallback = xml.attr(id, "emoji-fallback").unwrap_or("");
        if !fallback.is_ascii() {
            return fallback.to_owned();
        }
        if let Some(emoji) = xml.attr(id, "emoji-id") {
            let points: Option<String> =
                emoji.split('-').map(|p| u32::from_str_radix(p, 16).ok().and_then(char::from_u32)).collect();
            if let Some(text) = points.filter(|t| !t.is_ascii()) {
                return text;
            }
            if let Some(known) = emoji.strip_prefix("atlassian-").and_then(old_emoji) {
                return known.to_owned();
            }
        }
        let short = [xml.attr(id, "emoji-shortname").unwrap_or(""), fallback];
        let short = short.into_iter().find(|short| !short.trim_matches(':').is_empty()).unwrap_or("");
        let bare = short.trim_matches(':');
        if !bare.is_empty() {
            let known = old_emoji(bare).or_else(|| emojis::get_by_shortcode(bare).map(emojis::Emoji::as_str));
            if let Some(known) = known {
                return known.to_owned();
            }
            // A custom emoji has an id of its own; the old name it carries means nothing.
            self.warn(WarningCode::EmojiCustom, short, "");
            return format!(":{bare}:");
        }
        let name = xml.attr(id, "name").unwrap_or("");
        if let Some(known) = old_emoji(name) {
            return known.to_owned();
        }
        self.warn(WarningCode::EmojiCustom, name, "");
        if name.is_empty() { String::new() } else { format!(":{name}:") }
    }
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
