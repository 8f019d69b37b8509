//! Comments that follow a value on the same line. In boot and cfg files, a comment is an entire line.

use super::content::Content;
use super::syntax::COMMENT_MARKS;

/// The start of a comment that directly follows the value: `Desk 1####` in a label, `1# G.722` after a
/// number, `pbx.example.com #new` after a host, `360 ; 6 hours`. A `#` surrounded by whitespace is not
/// residue; the rule inline-comment reports it.
pub fn start(value: &str, content: Content) -> Option<usize> {
    let at = match content {
        Content::Text => {
            let at = value.find('#')?;
            let is_tail = value[at..].len() > 1 && value[at..].bytes().all(|byte| byte == b'#');
            (is_tail && !is_after_space(value, at)).then_some(at)
        }
        Content::Choice | Content::Host => value.find('#').into_iter().chain(foreign(value)).min(),
        Content::Url | Content::Number => {
            let word = value.match_indices(" #").map(|(at, _)| at + 1);
            let mut word = word.filter(|at| value[at + 1..].starts_with(char::is_alphabetic));
            word.next().into_iter().chain(foreign(value)).min()
        }
        Content::Password => None,
    }?;
    let is_separate = value[at..].strip_prefix('#').is_some_and(|rest| rest.starts_with([' ', '\t']));
    let is_empty = value[..at].trim().is_empty();
    (!(is_empty || is_separate && is_after_space(value, at))).then_some(at)
}

fn is_after_space(value: &str, at: usize) -> bool {
    value[..at].ends_with([' ', '\t'])
}

/// The start of a comment that follows whitespace and has a different format's comment mark: `360 ; 6 hours`,
/// `host // Berlin`.
fn foreign(value: &str) -> Option<usize> {
    value.match_indices([' ', '\t']).map(|(at, _)| at + 1).find(|at| {
        let rest = &value.as_bytes()[*at..];
        COMMENT_MARKS.iter().any(|mark| rest.starts_with(mark))
    })
}

/// The text of a comment without its marks.
pub fn text(comment: &str) -> &str {
    let mut text = comment.trim_start_matches('#');
    for mark in COMMENT_MARKS.iter().filter_map(|mark| std::str::from_utf8(mark).ok()) {
        text = text.strip_prefix(mark).unwrap_or(text);
    }
    text.trim_end_matches("*/").trim_end_matches("-->").trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_after_values_depend_on_the_content() {
        for (value, content, comment) in [
            ("Desk 1####", Content::Text, "####"),
            ("1# G.722", Content::Choice, "# G.722"),
            ("360 ; 6 hours", Content::Choice, "; 6 hours"),
            ("1 #on", Content::Choice, "#on"),
            ("pbx.example.com #new", Content::Host, "#new"),
            ("pool.ntp.org#test", Content::Host, "#test"),
            ("pbx.example.com // Berlin", Content::Host, "// Berlin"),
            ("1001 // Reception", Content::Number, "// Reception"),
            ("1001 #new", Content::Number, "#new"),
            ("http://h/ #old", Content::Url, "#old"),
        ] {
            assert_eq!(start(value, content).map(|at| &value[at..]), Some(comment), "{value}");
        }
        for (value, content) in [
            ("http://h/#top", Content::Url),
            ("http://h/a;b//c", Content::Url),
            ("360 # 6 hours", Content::Choice),
            ("#31#1001", Content::Number),
            ("1001 #31#", Content::Number),
            ("a #b ; c", Content::Password),
            ("Desk #1", Content::Text),
            ("Room 5#", Content::Text),
            ("a#b##", Content::Password),
        ] {
            assert_eq!(start(value, content), None, "{value}");
        }
    }

    #[test]
    fn marks_are_no_part_of_the_text() {
        for comment in ["#new", "## new", "; new", "// new", "/* new */", "<!-- new -->"] {
            assert_eq!(text(comment), "new", "{comment}");
        }
    }
}
