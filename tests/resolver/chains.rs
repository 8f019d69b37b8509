//! Hand-written trees: the first file that a phone reads, and the targets of includes.

use crate::Tree;

pub const TREES: &[Tree] = &[
    Tree {
        name: "common boot only",
        files: &[
            ("y000000000000.boot", "#!version:1.0.0.1\n# all phones\ninclude:config <common.cfg>\n"),
            ("common.cfg", "#!version:1.0.0.1\nlang.gui = English\n"),
        ],
        phones: &[". any"],
        views: &[
            ("", "any", &[". any y000000000000.boot", "read common.cfg", "lang.gui [English] common.cfg:2"]),
            (
                "",
                "0021f2000001",
                &[". any y000000000000.boot", "read common.cfg", "lang.gui [English] common.cfg:2"],
            ),
        ],
    },
    Tree {
        name: "no boot: the common cfg, then the phone's",
        files: &[
            ("0021f2000001.cfg", "lang.gui = German\n"),
            ("y000000000000.cfg", "lang.gui = English\nlang.wui = English\n"),
        ],
        phones: &[". 0021f2000001"],
        views: &[
            (
                "",
                "0021f2000001",
                &[
                    ". 0021f2000001 -",
                    "read y000000000000.cfg, 0021f2000001.cfg",
                    "lang.gui [German] 0021f2000001.cfg:1 < [English] y000000000000.cfg:1",
                    "lang.wui [English] y000000000000.cfg:2",
                ],
            ),
            (
                "",
                "any",
                &[
                    ". any -",
                    "read y000000000000.cfg",
                    "lang.gui [English] y000000000000.cfg:1",
                    "lang.wui [English] y000000000000.cfg:2",
                ],
            ),
        ],
    },
    Tree {
        name: "no boot: only the phone's cfg",
        files: &[("0021f2000001.cfg", "lang.gui = German\n")],
        phones: &[". 0021f2000001"],
        views: &[
            (
                "",
                "0021f2000001",
                &[". 0021f2000001 -", "read 0021f2000001.cfg", "lang.gui [German] 0021f2000001.cfg:1"],
            ),
            ("", "any", &["none"]),
            ("", "0021f2000002", &["none"]),
        ],
    },
    Tree {
        name: "no boot: only the common cfg",
        files: &[("y000000000000.cfg", "lang.gui = English\n")],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[". any -", "read y000000000000.cfg", "lang.gui [English] y000000000000.cfg:1"],
        )],
    },
    Tree {
        name: "a phone's boot goes before the common boot",
        files: &[
            ("y000000000000.boot", "include:config <common.cfg>\n"),
            ("0021f2000001.boot", "include:config <0021f2000001.cfg>\n"),
            ("common.cfg", "lang.gui = English\n"),
            ("0021f2000001.cfg", "lang.gui = German\n"),
        ],
        phones: &[". 0021f2000001"],
        views: &[
            (
                "",
                "0021f2000001",
                &[
                    ". 0021f2000001 0021f2000001.boot",
                    "read 0021f2000001.cfg",
                    "lang.gui [German] 0021f2000001.cfg:1",
                ],
            ),
            (
                "",
                "0021f2000002",
                &[". any y000000000000.boot", "read common.cfg", "lang.gui [English] common.cfg:1"],
            ),
        ],
    },
    Tree {
        name: "pointed brackets and quotes, top to bottom, the later wins",
        files: &[
            (
                "y000000000000.boot",
                "include:config \"b.cfg\"\ninclude:config\t<a.cfg>  \ninclude:config  <c.cfg>\n",
            ),
            ("a.cfg", "lang.gui = A\n"),
            ("b.cfg", "lang.gui = B\nlang.wui = B\n"),
            ("c.cfg", "\nlang.gui = C\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read b.cfg, a.cfg, c.cfg",
                "lang.gui [C] c.cfg:2 < [B] b.cfg:1 < [A] a.cfg:1",
                "lang.wui [B] b.cfg:2",
            ],
        )],
    },
    Tree {
        name: "blanks in the names of directories and files",
        files: &[
            (
                "y000000000000.boot",
                "include:config <HTTP Directory/sip.cfg>\ninclude:config \"Our Site/all phones.cfg\"\n",
            ),
            ("HTTP Directory/sip.cfg", "lang.gui = English\n"),
            ("Our Site/all phones.cfg", "lang.gui = German\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read HTTP Directory/sip.cfg, Our Site/all phones.cfg",
                "lang.gui [German] Our Site/all phones.cfg:1 < [English] HTTP Directory/sip.cfg:1",
            ],
        )],
    },
    Tree {
        name: "an include is relative to the file that contains it",
        files: &[
            ("y000000000000.boot", "include:config <sites/berlin.cfg>\n"),
            ("sites/berlin.cfg", "include:config <keys.cfg>\ninclude:config <more/keys.cfg>\n"),
            ("keys.cfg", "lang.gui = wrong\n"),
            ("sites/keys.cfg", "lang.gui = right\n"),
            ("sites/more/keys.cfg", "lang.wui = right\ninclude:config <./../keys.cfg>\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read sites/berlin.cfg, sites/keys.cfg, sites/more/keys.cfg, sites/keys.cfg",
                "lang.gui [right] sites/keys.cfg:1 < [right] sites/keys.cfg:1",
                "lang.wui [right] sites/more/keys.cfg:1",
            ],
        )],
    },
    Tree {
        name: "a missing include: the rest is read",
        files: &[
            (
                "y000000000000.boot",
                "include:config <a.cfg>\ninclude:config <xxx.cfg>\ninclude:config <b.cfg>\n",
            ),
            ("a.cfg", "lang.gui = A\n"),
            ("b.cfg", "lang.gui = B\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read a.cfg, b.cfg",
                "miss xxx.cfg",
                "lang.gui [B] b.cfg:1 < [A] a.cfg:1",
            ],
        )],
    },
    Tree {
        name: "a missing include of a file below: its path is relative to the root",
        files: &[
            ("y000000000000.boot", "include:config <sites/a.cfg>\n"),
            ("sites/a.cfg", "include:config <none.cfg>\nlang.gui = A\n"),
            ("none.cfg", "lang.gui = wrong\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read sites/a.cfg",
                "miss sites/none.cfg",
                "lang.gui [A] sites/a.cfg:2",
            ],
        )],
    },
    Tree {
        name: "everything is missing",
        files: &[("y000000000000.boot", "include:config <a.cfg>\ninclude:config <b.cfg>\n")],
        phones: &[". any"],
        views: &[("", "any", &[". any y000000000000.boot", "miss a.cfg, b.cfg"])],
    },
    Tree {
        name: "a repeated include is read twice",
        files: &[
            (
                "y000000000000.boot",
                "include:config <a.cfg>\ninclude:config <b.cfg>\ninclude:config <a.cfg>\n",
            ),
            ("a.cfg", "lang.gui = A\n"),
            ("b.cfg", "lang.gui = B\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read a.cfg, b.cfg, a.cfg",
                "lang.gui [A] a.cfg:1 < [A] a.cfg:1 < [B] b.cfg:1",
            ],
        )],
    },
    Tree {
        name: "an include in a cfg is expanded in place",
        files: &[
            ("y000000000000.boot", "include:config <a.cfg>\ninclude:config <c.cfg>\n"),
            ("a.cfg", "lang.gui = before\nlang.wui = before\ninclude:config <b.cfg>\nlang.wui = after\n"),
            ("b.cfg", "lang.gui = inside\nlang.wui = inside\n"),
            ("c.cfg", "account.1.label = last\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read a.cfg, b.cfg, c.cfg",
                "account.1.label [last] c.cfg:1",
                "lang.gui [inside] b.cfg:1 < [before] a.cfg:1",
                "lang.wui [after] a.cfg:4 < [before] a.cfg:2 < [inside] b.cfg:2",
            ],
        )],
    },
    Tree {
        name: "no boot: includes of the phone's cfg are followed too",
        files: &[
            ("0021f2000001.cfg", "include:config <sites/berlin.cfg>\nlang.gui = German\n"),
            ("sites/berlin.cfg", "lang.gui = English\n"),
        ],
        phones: &[". 0021f2000001"],
        views: &[(
            "",
            "0021f2000001",
            &[
                ". 0021f2000001 -",
                "read 0021f2000001.cfg, sites/berlin.cfg",
                "lang.gui [German] 0021f2000001.cfg:2 < [English] sites/berlin.cfg:1",
            ],
        )],
    },
    Tree {
        name: "a cycle: a file that includes itself",
        files: &[
            ("y000000000000.boot", "include:config <a.cfg>\ninclude:config <a.cfg>\n"),
            ("a.cfg", "lang.gui = one\ninclude:config <a.cfg>\nlang.gui = two\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read a.cfg, a.cfg",
                "lang.gui [two] a.cfg:3 < [one] a.cfg:1 < [two] a.cfg:3 < [one] a.cfg:1",
            ],
        )],
    },
    Tree {
        name: "a cycle through two files",
        files: &[
            ("y000000000000.boot", "include:config <a.cfg>\ninclude:config <b.cfg>\n"),
            ("a.cfg", "lang.gui = A1\ninclude:config <b.cfg>\nlang.gui = A3\n"),
            ("b.cfg", "include:config <a.cfg>\nlang.gui = B2\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read a.cfg, b.cfg, b.cfg, a.cfg",
                "lang.gui [B2] b.cfg:2 < [A1] a.cfg:1 < [B2] b.cfg:2 < [A3] a.cfg:3 < [A1] a.cfg:1 < [A3] a.cfg:3",
            ],
        )],
    },
    Tree {
        name: "a cycle through `..`",
        files: &[
            ("y000000000000.boot", "include:config <sites/a.cfg>\n"),
            ("sites/a.cfg", "include:config <../b.cfg>\nlang.gui = A\n"),
            ("b.cfg", "include:config <other/../sites/./a.cfg>\nlang.gui = B\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read sites/a.cfg, b.cfg",
                "lang.gui [A] sites/a.cfg:2 < [B] b.cfg:2",
            ],
        )],
    },
    Tree {
        name: "one file by two ways is no cycle",
        files: &[
            ("y000000000000.boot", "include:config <left.cfg>\ninclude:config <right.cfg>\n"),
            ("left.cfg", "include:config <base.cfg>\nlang.gui = left\n"),
            ("right.cfg", "include:config <base.cfg>\n"),
            ("base.cfg", "lang.gui = base\n"),
        ],
        phones: &[". any"],
        views: &[(
            "",
            "any",
            &[
                ". any y000000000000.boot",
                "read left.cfg, base.cfg, right.cfg, base.cfg",
                "lang.gui [base] base.cfg:1 < [base] base.cfg:1 < [left] left.cfg:2",
            ],
        )],
    },
    Tree {
        name: "a MAC boot leaves out its own cfg",
        files: &[
            ("0021f2000001.boot", "include:config <common.cfg>\n"),
            ("0021f2000001.cfg", "lang.gui = German\n"),
            ("y000000000000.cfg", "lang.gui = French\n"),
            ("common.cfg", "lang.gui = English\n"),
        ],
        phones: &[". 0021f2000001"],
        views: &[(
            "",
            "0021f2000001",
            &[". 0021f2000001 0021f2000001.boot", "read common.cfg", "lang.gui [English] common.cfg:1"],
        )],
    },
    Tree {
        name: "a phone that reads the common boot never gets its own cfg",
        files: &[
            ("y000000000000.boot", "include:config <y000000000000.cfg>\n"),
            ("y000000000000.cfg", "lang.gui = English\n"),
            ("0021f2000001.cfg", "lang.gui = German\n"),
        ],
        phones: &[". 0021f2000001"],
        views: &[(
            "",
            "0021f2000001",
            &[
                ". 0021f2000001 y000000000000.boot",
                "read y000000000000.cfg",
                "lang.gui [English] y000000000000.cfg:1",
            ],
        )],
    },
    Tree {
        name: "a target in another case is not found",
        files: &[
            ("y000000000000.boot", "include:config <Common.cfg>\ninclude:config <sites/a.cfg>\n"),
            ("common.cfg", "lang.gui = English\n"),
            ("Sites/a.cfg", "lang.gui = German\n"),
        ],
        phones: &[". any"],
        views: &[("", "any", &[". any y000000000000.boot", "miss Common.cfg, sites/a.cfg"])],
    },
];
