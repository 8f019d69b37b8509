//! Line endings of edited texts. A text field of a browser contains only `\n`.

/// The edited text with the line endings of the previous text: unchanged lines at the beginning and at the end retain their
/// ending, and other lines have the ending of the first line.
pub fn restore(before: &str, edited: &str) -> String {
    let (old, new) = (lines(before), lines(edited));
    let same = |(a, b): &(&(&str, &str), &(&str, &str))| a.0 == b.0;
    let first = old.iter().zip(&new).take_while(same).count();
    let most = old.len().min(new.len()) - first;
    let last = old.iter().rev().zip(new.iter().rev()).take(most).take_while(same).count();
    let usual = old.first().map_or("\n", |line| if line.1.is_empty() { "\n" } else { line.1 });
    let mut text = String::with_capacity(edited.len() + new.len());
    for (at, (content, ending)) in new.iter().enumerate() {
        let previous = match at {
            at if at < first => Some(old[at].1),
            at if at + last >= new.len() => Some(old[old.len() - (new.len() - at)].1),
            _ => None,
        };
        text += content;
        text += match previous {
            _ if ending.is_empty() => "",
            Some(ending) if !ending.is_empty() => ending,
            _ => usual,
        };
    }
    text
}

/// The text as a text field contains it.
pub fn normalized(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The lines, each with its ending, which is `\r\n`, `\n`, `\r`, or empty at the end of the text.
fn lines(mut text: &str) -> Vec<(&str, &str)> {
    let mut lines = Vec::new();
    while let Some(at) = text.find(['\r', '\n']) {
        let length = if text[at..].starts_with("\r\n") { 2 } else { 1 };
        lines.push((&text[..at], &text[at..at + length]));
        text = &text[at + length..];
    }
    lines.push((text, ""));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unchanged_text_is_restored() {
        for text in ["", "a", "a\r\nb\nc\rd", "a\r\n", "\n\r\n\r", "a\nb\n"] {
            assert_eq!(restore(text, &normalized(text)), text, "{text:?}");
        }
    }

    #[test]
    fn only_changed_lines_change() {
        assert_eq!(restore("a\r\nb\r\nc\r\n", "a\nX\nc\n"), "a\r\nX\r\nc\r\n");
        assert_eq!(restore("a\r\nb\nc\rd", "a\nb\nnew\nc\nd"), "a\r\nb\nnew\r\nc\rd");
        assert_eq!(restore("a\r\nb", "a\nb\nc"), "a\r\nb\r\nc");
        assert_eq!(restore("a\r\na\na\r\n", "a\n"), "a\r\n");
    }
}
