//! Recognizes templates and determines their engines.

use super::node::Engine;
use crate::text::path::file_name;

/// The language of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// A language that fvprov can parse.
    Known(Engine),
    /// A language that fvprov recognizes, with its name, but cannot parse.
    Foreign(&'static str),
}

/// File extensions of templates.
const EXTENSIONS: [(&str, Language); 18] = [
    (".j2", Language::Known(Engine::Jinja)),
    (".jinja", Language::Known(Engine::Jinja)),
    (".jinja2", Language::Known(Engine::Jinja)),
    (".twig", Language::Known(Engine::Twig)),
    (".tpl", Language::Known(Engine::Smarty)),
    (".blade.php", Language::Foreign("Blade")),
    (".php", Language::Foreign("PHP")),
    (".erb", Language::Foreign("ERB")),
    (".epp", Language::Foreign("EPP")),
    (".tmpl", Language::Foreign("Go")),
    (".gotmpl", Language::Foreign("Go")),
    (".ejs", Language::Foreign("EJS")),
    (".hbs", Language::Foreign("Handlebars")),
    (".mustache", Language::Foreign("Mustache")),
    (".njk", Language::Foreign("Nunjucks")),
    (".liquid", Language::Foreign("Liquid")),
    (".mako", Language::Foreign("Mako")),
    (".ftl", Language::Foreign("FreeMarker")),
];

/// Minimum number of block and comment tags for recognizing a boot or cfg file as a template.
const MIN_TAGS: usize = 3;

/// The file name without its template extension, and the language that the extension indicates.
pub fn by_name(path: &str) -> Option<(&str, Language)> {
    let name = file_name(path);
    EXTENSIONS.iter().find_map(|(extension, language)| Some((name.strip_suffix(extension)?, *language)))
}

/// Whether a file can be a template for boot or cfg files, according to its name: `phone.cfg.j2`, `phone.j2`.
/// For languages that fvprov cannot parse, the inner extension is required, because `index.php` is a program.
pub fn is_template_name(path: &str) -> bool {
    by_name(path).is_some_and(|(name, language)| match language {
        Language::Known(_) => is_boot(name) || is_cfg(name) || !name.contains('.'),
        Language::Foreign(_) => is_boot(name) || is_cfg(name),
    })
}

/// Whether a name, without its template extension, is the name of a boot file.
pub fn is_boot(name: &str) -> bool {
    name.ends_with(".boot")
}

fn is_cfg(name: &str) -> bool {
    name.ends_with(".cfg")
}

/// The language of the tag in a file name: `{$mac}.cfg`, `{{ mac }}.cfg`.
pub fn by_tag_in_name(path: &str) -> Option<Engine> {
    memchr::memchr(b'{', path.as_bytes())?;
    let name = file_name(path);
    let has = |open: &str, close: &str| name.split_once(open).is_some_and(|(_, rest)| rest.contains(close));
    if has("{{", "}}") || has("{%", "%}") {
        return Some(Engine::Jinja);
    }
    has("{$", "}").then_some(Engine::Smarty)
}

/// The first characters of Smarty's block tags and comments.
const SMARTY: [&[u8]; 16] = [
    b"{if ",
    b"{elseif ",
    b"{else}",
    b"{/if}",
    b"{foreach ",
    b"{foreachelse}",
    b"{/foreach}",
    b"{section ",
    b"{/section}",
    b"{literal}",
    b"{/literal}",
    b"{*",
    b"{assign ",
    b"{include ",
    b"{for ",
    b"{/for}",
];

/// The first characters of tags in languages that fvprov cannot parse.
const FOREIGN: [(&str, &[&[u8]]); 5] = [
    ("PHP", &[b"<?php", b"<?="]),
    ("ERB or EJS", &[b"<%"]),
    ("Handlebars", &[b"{{#if", b"{{/if", b"{{#each", b"{{/each", b"{{#unless", b"{{/unless"]),
    (
        "Go",
        &[
            b"{{if ",
            b"{{ if ",
            b"{{- if ",
            b"{{range ",
            b"{{ range ",
            b"{{- range ",
            b"{{end",
            b"{{ end",
            b"{{- end",
            b"{{else",
            b"{{ else",
            b"{{- else",
        ],
    ),
    ("Blade", &[b"@if(", b"@if (", b"@endif", b"@foreach(", b"@foreach (", b"@endforeach", b"@else"]),
];

/// The language of content that contains at least three block tags or comments.
pub fn by_content(text: &[u8]) -> Option<Language> {
    memchr::memchr3_iter(b'{', b'<', b'@', text).find(|at| begins_tag(&text[*at..]))?;
    let (mut smarty, mut jinja) = (0, 0);
    for at in memchr::memchr_iter(b'{', text) {
        let rest = &text[at..];
        if SMARTY.iter().any(|tag| rest.starts_with(tag)) {
            smarty += 1;
        }
        let close: &[u8] = match rest.get(1) {
            Some(b'%') => b"%}",
            Some(b'#') => b"#}",
            _ => continue,
        };
        jinja += usize::from(memchr::memmem::find(rest, close).is_some());
    }
    if smarty.max(jinja) >= MIN_TAGS {
        return Some(Language::Known(if jinja > smarty { Engine::Jinja } else { Engine::Smarty }));
    }
    let count =
        |tags: &[&[u8]]| tags.iter().map(|tag| memchr::memmem::find_iter(text, tag).count()).sum::<usize>();
    FOREIGN.iter().find(|(_, tags)| count(tags) >= MIN_TAGS).map(|(name, _)| Language::Foreign(name))
}

/// Whether a tag of any language may begin with these bytes, which begin with `{`, `<` or `@`.
fn begins_tag(bytes: &[u8]) -> bool {
    match bytes {
        [b'<', rest @ ..] => matches!(rest.first(), Some(b'?' | b'%')),
        [b'@', rest @ ..] => matches!(rest.first(), Some(b'i' | b'e' | b'f')),
        _ => true,
    }
}

/// Whether a boot or cfg file is a template, according to its name or its content.
pub fn is_template(path: &str, text: &[u8]) -> bool {
    is_template_name(path) || by_tag_in_name(path).is_some() || by_content(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_have_names_or_tags() {
        for path in ["phone.cfg.j2", "a/phone.boot.jinja2", "phone.tpl", "phone.cfg.erb", "{$mac}.boot.twig"]
        {
            assert!(is_template_name(path), "{path}");
        }
        for path in ["nginx.conf.j2", "index.php", "directory.xml.tpl", "phone.cfg", "x.j2.bak"] {
            assert!(!is_template_name(path), "{path}");
        }
        assert_eq!(by_tag_in_name("a/{$mac}.cfg"), Some(Engine::Smarty));
        assert_eq!(by_tag_in_name("a/{{ mac }}.cfg"), Some(Engine::Jinja));
        assert_eq!(by_tag_in_name("{1-9}.cfg"), None);
    }

    #[test]
    fn three_tags_make_a_template() {
        let known = |engine| Some(Language::Known(engine));
        assert_eq!(by_content(b"{if $a}\na = 1\n{else}\na = 2\n{/if}\n"), known(Engine::Smarty));
        assert_eq!(by_content(b"{% if a %}\na = 1\n{% endif %}\n{# c #}"), known(Engine::Jinja));
        assert_eq!(by_content(b"a = {$a}\nb = {$b}\nc = {$c}\nd = {{ d }}\n"), None);
        assert_eq!(by_content(b"<% if a %>\n<%= b %>\n<% end %>\n"), Some(Language::Foreign("ERB or EJS")));
        assert_eq!(
            by_content(b"{{ if .A }}\n{{ .B }}\n{{ else }}\n{{ end }}\n"),
            Some(Language::Foreign("Go"))
        );
        assert_eq!(by_content(b"dialplan = {0-9}{4}{#}{%}\n"), None);
    }
}
