//! Hand-written trees: what a line sets, and the settings of `[assume]`.

use crate::Tree;

pub const TREES: &[Tree] = &[
    Tree {
        name: "malformed includes are not followed",
        files: &[
            (
                "y000000000000.boot",
                "include:config a.cfg\ninclude:config <a.cfg\"\ninclude:config \"a.cfg>\ninclude:config <a.cfg\n\
                 include:config <a.cfg> # ours\ninclude:config <sites\\a.cfg>\ninclude:config <C:/a.cfg>\n\
                 include:config <file:///a.cfg>\ninclude:config <>\ninclude:config\ninclude:config \u{201c}a.cfg\u{201d}\n\
                 include :config <a.cfg>\n#include:config <a.cfg>\ninclude:config <b.cfg>\n",
            ),
            ("a.cfg", "lang.gui = A\n"),
            ("sites\\a.cfg", "lang.gui = A\n"),
            ("sites/a.cfg", "lang.gui = A\n"),
            ("b.cfg", "include:config http://example.com/?a=b.cfg\nlang.gui = B\n"),
        ],
        phones: &[". any"],
        views: &[("", "any", &[". any y000000000000.boot", "read b.cfg", "lang.gui [B] b.cfg:2"])],
    },
    Tree {
        name: "a target that is no cfg is not followed",
        files: &[
            (
                "y000000000000.boot",
                "include:config <a.txt>\ninclude:config <0021f2000001.boot>\ninclude:config <b.cfg>\n",
            ),
            ("0021f2000001.boot", "include:config <c.cfg>\n"),
            ("a.txt", "lang.gui = A\n"),
            ("b.cfg", "lang.gui = B\n"),
            ("c.cfg", "lang.gui = C\n"),
        ],
        phones: &[". 0021f2000001"],
        views: &[("", "any", &[". any y000000000000.boot", "read b.cfg", "lang.gui [B] b.cfg:1"])],
    },
    Tree {
        name: "settings in a boot file are never effective",
        files: &[
            (
                "y000000000000.boot",
                "lang.gui = boot\noverwrite_mode = 1\ninclude:config <a.cfg>\nlang.gui = boot\n",
            ),
            ("a.cfg", "lang.gui = A\n"),
        ],
        phones: &[". any"],
        views: &[("", "any", &[". any y000000000000.boot", "read a.cfg", "lang.gui [A] a.cfg:1"])],
    },
    Tree {
        name: "includes behind a model guard are not followed",
        files: &[
            (
                "y000000000000.boot",
                "[T46S]include:config <a.cfg>\n[T46S,T48S] include:config <none.cfg>\ninclude:config <b.cfg>\n",
            ),
            ("a.cfg", "lang.gui = A\n"),
            ("b.cfg", "lang.gui = B\n[FIP14G]include:config <a.cfg>\n"),
        ],
        phones: &[". any"],
        views: &[("", "any", &[". any y000000000000.boot", "read b.cfg", "lang.gui [B] b.cfg:1"])],
    },
    Tree {
        name: "comments stand after blanks too, and a setting may be indented",
        files: &[
            ("y000000000000.boot", " \t# include:config <b.cfg>\ninclude:config <a.cfg>\n"),
            (
                "a.cfg",
                "# lang.gui = one\n  # lang.gui = two\n\t#lang.gui = three\n\n  lang.wui = English\n#\n",
            ),
            ("b.cfg", "lang.gui = B\n"),
        ],
        phones: &[". any"],
        views: &[("", "any", &[". any y000000000000.boot", "read a.cfg", "lang.wui [English] a.cfg:5"])],
    },
    Tree {
        name: "a blank value is kept as written, the last wins",
        files: &[
            ("y000000000000.boot", "include:config <a.cfg>\ninclude:config <b.cfg>\n"),
            ("a.cfg", "account.1.enable = 1\naccount.2.enable =\naccount.3.enable = \t\n"),
            ("b.cfg", "account.1.enable =\naccount.2.enable = 1\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read a.cfg, b.cfg",
                "account.1.enable [] b.cfg:1 < [1] a.cfg:1",
                "account.2.enable [1] b.cfg:2 < [] a.cfg:2",
                "account.3.enable [] a.cfg:3",
            ],
        )],
    },
    Tree {
        name: "values with `=`, `#`, quotes and blanks inside",
        files: &[(
            "y000000000000.cfg",
            "account.1.label = a=b = c\naccount.2.label=x # not a comment\naccount.3.label = #1\n\
             account.4.label = \"quoted\"\naccount.5.label = =\naccount.6.label = two  words\tand a tab\n",
        )],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any -",
                "read y000000000000.cfg",
                "account.1.label [a=b = c] y000000000000.cfg:1",
                "account.2.label [x # not a comment] y000000000000.cfg:2",
                "account.3.label [#1] y000000000000.cfg:3",
                "account.4.label [\"quoted\"] y000000000000.cfg:4",
                "account.5.label [=] y000000000000.cfg:5",
                "account.6.label [two  words\tand a tab] y000000000000.cfg:6",
            ],
        )],
    },
    Tree {
        name: "blanks and tabs around `=` and after the value carry no meaning",
        files: &[(
            "y000000000000.cfg",
            "account.1.label=one\naccount.2.label = two\naccount.3.label= three\naccount.4.label =four\n\
             account.5.label\t=\tfive\naccount.6.label \t = \t six \t \n",
        )],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any -",
                "read y000000000000.cfg",
                "account.1.label [one] y000000000000.cfg:1",
                "account.2.label [two] y000000000000.cfg:2",
                "account.3.label [three] y000000000000.cfg:3",
                "account.4.label [four] y000000000000.cfg:4",
                "account.5.label [five] y000000000000.cfg:5",
                "account.6.label [six] y000000000000.cfg:6",
            ],
        )],
    },
    Tree {
        name: "CRLF is no part of a value, a target or a line",
        files: &[
            (
                "y000000000000.boot",
                "#!version:1.0.0.1\r\ninclude:config <a.cfg>\r\n\r\ninclude:config \"b.cfg\"\r\n",
            ),
            (
                "a.cfg",
                "#!version:1.0.0.1\r\n\r\nlang.gui = English\r\nlang.wui =\r\naccount.1.label = a \r\n",
            ),
            ("b.cfg", "lang.gui = German\nlang.wui = German\r\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read a.cfg, b.cfg",
                "account.1.label [a] a.cfg:5",
                "lang.gui [German] b.cfg:1 < [English] a.cfg:3",
                "lang.wui [German] b.cfg:2 < [] a.cfg:4",
            ],
        )],
    },
    Tree {
        name: "a byte order mark is no part of the first line",
        files: &[
            (
                "y000000000000.boot",
                "\u{feff}#!version:1.0.0.1\ninclude:config <a.cfg>\ninclude:config <b.cfg>\n",
            ),
            ("a.cfg", "\u{feff}#!version:1.0.0.1\r\nlang.gui = English\r\n"),
            ("b.cfg", "\u{feff}lang.gui = German\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read a.cfg, b.cfg",
                "lang.gui [German] b.cfg:1 < [English] a.cfg:2",
            ],
        )],
    },
    Tree {
        name: "the same name twice in a file: the later wins",
        files: &[("y000000000000.cfg", "lang.gui = one\nlang.gui = two\nlang.gui=\nlang.gui = two\n")],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any -",
                "read y000000000000.cfg",
                "lang.gui [two] y000000000000.cfg:4 < [one] y000000000000.cfg:1 < [two] y000000000000.cfg:2 < [] y000000000000.cfg:3",
            ],
        )],
    },
    Tree {
        name: "names differ by their case, and one may be the beginning of another",
        files: &[(
            "y000000000000.cfg",
            "account.1.anonymous_call = 1\naccount.1.anonymous_call.server_base_only = 0\nLang.gui = upper\nlang.gui = lower\n",
        )],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any -",
                "read y000000000000.cfg",
                "Lang.gui [upper] y000000000000.cfg:3",
                "account.1.anonymous_call [1] y000000000000.cfg:1",
                "account.1.anonymous_call.server_base_only [0] y000000000000.cfg:2",
                "lang.gui [lower] y000000000000.cfg:4",
            ],
        )],
    },
    Tree {
        name: "the repeatable name keeps every value",
        files: &[
            (
                "y000000000000.cfg",
                "static.security.user_password = admin:a1\nstatic.security.user_password = user:b2\n",
            ),
            ("0021f2000001.cfg", "static.security.user_password = admin:c=3\n"),
        ],
        phones: &[". 0021f2000001"],
        views: &[
            (
                "",
                "0021f2000001",
                &[
                    ". 0021f2000001 -",
                    "read y000000000000.cfg, 0021f2000001.cfg",
                    "static.security.user_password [admin:c=3] 0021f2000001.cfg:1 \
                 < [admin:a1] y000000000000.cfg:1 < [user:b2] y000000000000.cfg:2 all admin:a1, user:b2, admin:c=3",
                ],
            ),
            (
                "",
                "any",
                &[
                    ". any -",
                    "read y000000000000.cfg",
                    "static.security.user_password [user:b2] y000000000000.cfg:2 \
                 < [admin:a1] y000000000000.cfg:1 all admin:a1, user:b2",
                ],
            ),
        ],
    },
    Tree {
        name: "lines that are no setting set nothing; no newline at the end; an empty file",
        files: &[
            (
                "y000000000000.boot",
                "include:config <a.cfg>\ninclude:config <empty.cfg>\ninclude:config <b.cfg>",
            ),
            ("a.cfg", "lang.gui\n= English\n=======\n[ network ]\n   \nlang.wui = German"),
            ("b.cfg", "\n\n\nlang.wui = French"),
            ("empty.cfg", ""),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read a.cfg, empty.cfg, b.cfg",
                "lang.wui [French] b.cfg:4 < [German] a.cfg:6",
            ],
        )],
    },
    Tree {
        name: "values are any UTF-8, and only blanks and tabs are trimmed",
        files: &[(
            "y000000000000.cfg",
            "account.1.label = Müller \u{1f4de}\naccount.2.label = \u{a0}x\u{a0}\n",
        )],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any -",
                "read y000000000000.cfg",
                "account.1.label [Müller \u{1f4de}] y000000000000.cfg:1",
                "account.2.label [\u{a0}x\u{a0}] y000000000000.cfg:2",
            ],
        )],
    },
    Tree {
        name: "include-in-cfg = ignore",
        files: &[
            ("fvprov.toml", "[assume]\ninclude-in-cfg = \"ignore\"\n"),
            ("y000000000000.boot", "include:config <a.cfg>\n"),
            ("a.cfg", "lang.gui = A\ninclude:config <b.cfg>\ninclude:config <none.cfg>\n"),
            ("b.cfg", "lang.gui = B\n"),
        ],
        phones: &[". any"],
        views: &[("", "any", &[". any y000000000000.boot", "read a.cfg", "lang.gui [A] a.cfg:1"])],
    },
    Tree {
        name: "include-in-cfg = follow, written out",
        files: &[
            (
                "fvprov.toml",
                "[assume]\ninclude-in-cfg = \"follow\"\nmissing-include = \"continue\"\nempty-value = \"keep\"\n",
            ),
            ("y000000000000.boot", "include:config <none.cfg>\ninclude:config <a.cfg>\n"),
            ("a.cfg", "lang.gui = A\ninclude:config <b.cfg>\n"),
            ("b.cfg", "lang.gui =\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read a.cfg, b.cfg",
                "miss none.cfg",
                "lang.gui [] b.cfg:1 < [A] a.cfg:1",
            ],
        )],
    },
    Tree {
        name: "missing-include = stop",
        files: &[
            ("fvprov.toml", "[assume]\nmissing-include = \"stop\"\n"),
            (
                "y000000000000.boot",
                "include:config <a.cfg>\ninclude:config <none.cfg>\ninclude:config <b.cfg>\n",
            ),
            ("a.cfg", "lang.gui = A\n"),
            ("b.cfg", "lang.gui = B\ninclude:config <never.cfg>\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[". any y000000000000.boot", "read a.cfg", "miss none.cfg", "lang.gui [A] a.cfg:1"],
        )],
    },
    Tree {
        name: "empty-value = skip",
        files: &[
            ("fvprov.toml", "[assume]\nempty-value = \"skip\"\n"),
            ("y000000000000.boot", "include:config <a.cfg>\ninclude:config <b.cfg>\n"),
            ("a.cfg", "account.1.enable = 1\naccount.2.enable =\naccount.3.enable = 1\n"),
            ("b.cfg", "account.1.enable =\naccount.2.enable = 1\naccount.3.enable =\naccount.3.enable = 0\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read a.cfg, b.cfg",
                "account.1.enable [1] a.cfg:1 < [] b.cfg:1",
                "account.2.enable [1] b.cfg:2 < [] a.cfg:2",
                "account.3.enable [0] b.cfg:4 < [1] a.cfg:3 < [] b.cfg:3",
            ],
        )],
    },
];
