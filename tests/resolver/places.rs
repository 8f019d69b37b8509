//! Hand-written trees: the served tree, its roots, the phones of file names, and the server's URL.

use crate::Tree;

pub const TREES: &[Tree] = &[
    Tree {
        name: "`../` inside the tree",
        files: &[
            ("fvprov.toml", ""),
            (
                "berlin/y000000000000.boot",
                "include:config <../shared/common.cfg>\ninclude:config <local.cfg>\n",
            ),
            ("berlin/local.cfg", "lang.gui = German\n"),
            ("shared/common.cfg", "include:config <keys.cfg>\nlang.gui = English\n"),
            ("shared/keys.cfg", "lang.wui = English\n"),
        ],
        phones: &["berlin any"],
        views: &[(
            "berlin",
            "any",
            &[
                "berlin any y000000000000.boot",
                "read ../shared/common.cfg, ../shared/keys.cfg, local.cfg",
                "lang.gui [German] local.cfg:1 < [English] ../shared/common.cfg:2",
                "lang.wui [English] ../shared/keys.cfg:1",
            ],
        )],
    },
    Tree {
        name: "`../` out of the tree",
        files: &[
            ("y000000000000.boot", "include:config <../outside.cfg>\ninclude:config <a.cfg>\n"),
            ("a.cfg", "lang.gui = A\n"),
            ("../outside.cfg", "lang.gui = outside\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[". any y000000000000.boot", "read a.cfg", "miss ../outside.cfg", "lang.gui [A] a.cfg:1"],
        )],
    },
    Tree {
        name: "`/x` is the root of the server",
        files: &[
            ("fvprov.toml", "# the settings stand where the server's root is\n"),
            (
                "berlin/y000000000000.boot",
                "include:config </common.cfg>\ninclude:config \"/berlin/more/local.cfg\"\n",
            ),
            ("berlin/common.cfg", "lang.gui = wrong\n"),
            ("berlin/more/local.cfg", "include:config </berlin/more/last.cfg>\n"),
            ("berlin/more/last.cfg", "lang.gui = German\n"),
            ("common.cfg", "lang.gui = English\n"),
        ],
        phones: &["berlin any"],
        views: &[(
            "berlin",
            "any",
            &[
                "berlin any y000000000000.boot",
                "read ../common.cfg, more/local.cfg, more/last.cfg",
                "lang.gui [German] more/last.cfg:1 < [English] ../common.cfg:1",
            ],
        )],
    },
    Tree {
        name: "several roots in one SOURCE",
        files: &[
            ("berlin/y000000000000.boot", "include:config <common.cfg>\n"),
            (
                "berlin/0021f2000001.boot",
                "include:config <../shared/all.cfg>\ninclude:config <0021f2000001.cfg>\n",
            ),
            ("berlin/0021f2000001.cfg", "lang.gui = German\n"),
            ("berlin/common.cfg", "lang.gui = English\n"),
            ("paris/0021f2000002.cfg", "lang.gui = French\n"),
            ("paris/y000000000000.cfg", "lang.gui = English\n"),
            ("shared/all.cfg", "lang.gui = Spanish\n"),
        ],
        phones: &["berlin 0021f2000001", "paris 0021f2000002"],
        views: &[
            (
                "",
                "0021f2000001",
                &[
                    "berlin 0021f2000001 0021f2000001.boot",
                    "read ../shared/all.cfg, 0021f2000001.cfg",
                    "lang.gui [German] 0021f2000001.cfg:1 < [Spanish] ../shared/all.cfg:1",
                ],
            ),
            // Without settings above it, the root is the served tree, so `../shared` leaves it.
            (
                "berlin",
                "0021f2000001",
                &[
                    ". 0021f2000001 0021f2000001.boot",
                    "read 0021f2000001.cfg",
                    "miss ../shared/all.cfg",
                    "lang.gui [German] 0021f2000001.cfg:1",
                ],
            ),
            (
                "",
                "0021f2000002",
                &[
                    "paris 0021f2000002 -",
                    "read y000000000000.cfg, 0021f2000002.cfg",
                    "lang.gui [French] 0021f2000002.cfg:1 < [English] y000000000000.cfg:1",
                ],
            ),
            (
                "paris",
                "any",
                &[". any -", "read y000000000000.cfg", "lang.gui [English] y000000000000.cfg:1"],
            ),
        ],
    },
    Tree {
        name: "one MAC in two roots, under one settings file",
        files: &[
            ("fvprov.toml", "[server]\nurl = \"http://10.20.0.88/\"\n"),
            ("berlin/0021f2000001.cfg", "include:config <../shared.cfg>\nlang.gui = German\n"),
            ("paris/0021f2000001.cfg", "include:config <../shared.cfg>\nlang.gui = French\n"),
            ("shared.cfg", "lang.wui = English\n"),
        ],
        phones: &["berlin 0021f2000001", "paris 0021f2000001"],
        views: &[
            (
                "berlin",
                "0021f2000001",
                &[
                    "berlin 0021f2000001 -",
                    "read 0021f2000001.cfg, ../shared.cfg",
                    "lang.gui [German] 0021f2000001.cfg:2",
                    "lang.wui [English] ../shared.cfg:1",
                ],
            ),
            (
                "paris",
                "0021f2000001",
                &[
                    "paris 0021f2000001 -",
                    "read 0021f2000001.cfg, ../shared.cfg",
                    "lang.gui [French] 0021f2000001.cfg:2",
                    "lang.wui [English] ../shared.cfg:1",
                ],
            ),
        ],
    },
    Tree {
        name: "a root below a root, when it has a boot file",
        files: &[
            ("y000000000000.boot", "include:config <a.cfg>\n"),
            ("0021f2000001.boot", "include:config <a.cfg>\n"),
            ("a.cfg", "lang.gui = A\n"),
            ("lab/0021f2000002.boot", "include:config <a.cfg>\ninclude:config <../a.cfg>\n"),
            ("lab/a.cfg", "lang.gui = lab\n"),
        ],
        phones: &[". 0021f2000001", "lab 0021f2000002"],
        views: &[
            ("", "0021f2000001", &[". 0021f2000001 0021f2000001.boot", "read a.cfg", "lang.gui [A] a.cfg:1"]),
            (
                "",
                "0021f2000002",
                &[
                    "lab 0021f2000002 0021f2000002.boot",
                    "read a.cfg, ../a.cfg",
                    "lang.gui [A] ../a.cfg:1 < [lab] a.cfg:1",
                ],
            ),
        ],
    },
    Tree {
        name: "cfg files below a root make no root and no phones",
        files: &[
            ("y000000000000.boot", "include:config <a.cfg>\n"),
            ("a.cfg", "lang.gui = A\n"),
            ("old/y000000000000.cfg", "lang.gui = old\n"),
            ("old/0021f2000001.cfg", "lang.gui = old\n"),
        ],
        phones: &[". any"],
        views: &[("", "0021f2000001", &[". any y000000000000.boot", "read a.cfg", "lang.gui [A] a.cfg:1"])],
    },
    Tree {
        name: "an included cfg makes no root",
        files: &[
            ("berlin/y000000000000.boot", "include:config <../shared/y000000000000.cfg>\n"),
            ("berlin/0021f2000001.boot", "include:config <../shared/0021f2000001.cfg>\n"),
            ("shared/y000000000000.cfg", "lang.gui = English\n"),
            ("shared/0021f2000001.cfg", "lang.gui = German\n"),
        ],
        phones: &["berlin 0021f2000001"],
        views: &[(
            "",
            "0021f2000001",
            &[
                "berlin 0021f2000001 0021f2000001.boot",
                "read ../shared/0021f2000001.cfg",
                "lang.gui [German] ../shared/0021f2000001.cfg:1",
            ],
        )],
    },
    Tree {
        name: "12 hex digits that another boot file includes are no phone",
        files: &[
            ("y000000000000.boot", "include:config <abcdefabcdef.cfg>\n"),
            ("0021f2000001.boot", "include:config <000000000012.cfg>\ninclude:config <0021f2000001.cfg>\n"),
            ("0021f2000001.cfg", "lang.gui = German\n"),
            ("000000000012.cfg", "lang.gui = English\n"),
            ("abcdefabcdef.cfg", "lang.gui = Spanish\n"),
        ],
        phones: &[". 0021f2000001"],
        views: &[
            (
                "",
                "0021f2000001",
                &[
                    ". 0021f2000001 0021f2000001.boot",
                    "read 000000000012.cfg, 0021f2000001.cfg",
                    "lang.gui [German] 0021f2000001.cfg:1 < [English] 000000000012.cfg:1",
                ],
            ),
            (
                "",
                "abcdefabcdef",
                &[
                    ". any y000000000000.boot",
                    "read abcdefabcdef.cfg",
                    "lang.gui [Spanish] abcdefabcdef.cfg:1",
                ],
            ),
        ],
    },
    Tree {
        name: "a phone's names are lower case",
        files: &[
            ("y000000000000.boot", "include:config <a.cfg>\n"),
            ("0021F2000001.boot", "include:config <b.cfg>\n"),
            ("0021F2000002.cfg", "lang.gui = B\n"),
            ("a.cfg", "lang.gui = A\n"),
            ("b.cfg", "lang.gui = B\n"),
        ],
        phones: &[". any"],
        views: &[("", "0021f2000001", &[". any y000000000000.boot", "read a.cfg", "lang.gui [A] a.cfg:1"])],
    },
    Tree {
        name: "`[server] roots` overrides what would be found",
        files: &[
            ("fvprov.toml", "[server]\nroots = [\"live\"]\n"),
            ("live/y000000000000.boot", "include:config <../lab/a.cfg>\n"),
            ("lab/y000000000000.boot", "include:config <a.cfg>\n"),
            ("lab/0021f2000001.cfg", "lang.gui = lab\n"),
            ("lab/a.cfg", "lang.gui = A\n"),
        ],
        phones: &["live any"],
        views: &[(
            "",
            "any",
            &["live any y000000000000.boot", "read ../lab/a.cfg", "lang.gui [A] ../lab/a.cfg:1"],
        )],
    },
    Tree {
        name: "absolute includes are not fetched without --online",
        files: &[
            (
                "y000000000000.boot",
                "include:config <http://10.20.0.88/HTTP Directory/sip.cfg>\ninclude:config <a.cfg>\n\
                 include:config \"https://example.com/a.cfg\"\ninclude:config <tftp://10.20.0.92/a.cfg>\n",
            ),
            ("a.cfg", "lang.gui = A\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read a.cfg",
                "miss http://10.20.0.88/HTTP Directory/sip.cfg, https://example.com/a.cfg, tftp://10.20.0.92/a.cfg",
                "lang.gui [A] a.cfg:1",
            ],
        )],
    },
    Tree {
        name: "absolute includes under the declared server are files of the tree",
        files: &[
            ("fvprov.toml", "[server]\nurl = \"http://10.20.0.88:8080/prov/\"\n"),
            (
                "y000000000000.boot",
                "include:config <http://10.20.0.88:8080/prov/HTTP%20Directory/sip.cfg>\n\
                 include:config <http://10.20.0.88:8080/prov/HTTP Directory/sip.cfg>\n\
                 include:config \"http://10.20.0.88:8080/prov/a.cfg\"\n\
                 include:config <http://10.20.0.88:8080/provisioning/a.cfg>\n\
                 include:config <http://10.20.0.88:8080/a.cfg>\n",
            ),
            ("HTTP Directory/sip.cfg", "include:config <keys.cfg>\nlang.gui = English\n"),
            ("HTTP Directory/keys.cfg", "lang.wui = English\n"),
            ("a.cfg", "lang.gui = A\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read HTTP Directory/sip.cfg, HTTP Directory/keys.cfg, HTTP Directory/sip.cfg, HTTP Directory/keys.cfg, a.cfg",
                "miss http://10.20.0.88:8080/provisioning/a.cfg, http://10.20.0.88:8080/a.cfg",
                "lang.gui [A] a.cfg:1 < [English] HTTP Directory/sip.cfg:2 < [English] HTTP Directory/sip.cfg:2",
                "lang.wui [English] HTTP Directory/keys.cfg:1 < [English] HTTP Directory/keys.cfg:1",
            ],
        )],
    },
    Tree {
        name: "the declared server, seen from a root below it",
        files: &[
            ("fvprov.toml", "[server]\nurl = \"https://prov.example.com\"\n"),
            ("berlin/0021f2000001.boot", "include:config <https://prov.example.com/shared/all.cfg>\n"),
            ("shared/all.cfg", "lang.gui = English\n"),
        ],
        phones: &["berlin 0021f2000001"],
        views: &[(
            "berlin",
            "0021f2000001",
            &[
                "berlin 0021f2000001 0021f2000001.boot",
                "read ../shared/all.cfg",
                "lang.gui [English] ../shared/all.cfg:1",
            ],
        )],
    },
];
