
use builtin;
use str;

set edit:completion:arg-completer[fvprov] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'fvprov'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'fvprov'= {
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand lint 'Find what is wrong in a provisioning tree'
            cand fmt 'Give boot and cfg files one form of white space'
            cand render 'Show what a phone ends up with'
            cand why 'Show which file decides a parameter, and what it beat'
            cand diff 'Show what a change does to which phones'
            cand impact 'Show which phones a file, a line or a parameter concerns'
            cand phones 'List every phone of a tree'
            cand phonebook 'Convert a phonebook between CSV, remote and local XML'
            cand fetch 'Ask a server for what a phone would get'
            cand explain 'Explain a rule or a parameter'
            cand schema 'Show and extend the catalogue of parameters'
            cand completions 'Print the completion script of a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'fvprov;lint'= {
            cand --stdin-filename 'Read standard input in place of this file of the tree'
            cand --mac 'Only what concerns these phones'
            cand --select 'Run only these rules; `default` stands for all that run otherwise'
            cand --ignore 'Do not run these rules'
            cand --level 'Report a rule at another level: error, warning or info'
            cand --fail-on 'The level from which findings make the exit code 1: error, warning, info or never (default: error)'
            cand --output-format 'How to say it, and where: to stdout or to a file; may be given several times'
            cand --baseline 'Say nothing of the findings that this file keeps, so that only new ones count'
            cand --model 'Judge every phone as this model'
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --fix 'Mend what can be mended without changing what any phone gets, which is proved for each batch'
            cand --unsafe-fixes 'With --fix or --diff: mend also what changes what phones get, or rests on a guess'
            cand --diff 'Show what --fix would change, and write nothing'
            cand --watch 'Lint again whenever a file of the tree changes, until Ctrl-C'
            cand --statistics 'Count the findings by rule instead of showing them (full and concise)'
            cand --ignore-suppressions 'Report also what comments in the files suppress'
            cand --write-baseline 'Write what is found to the baseline, whose findings are not reported from then on'
            cand --force-exclude 'Leave out what `[lint] exclude` names also where it is named here, as pre-commit does'
            cand --online 'Fetch absolute http and https includes'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;fmt'= {
            cand --stdin-filename 'The file whose text comes on stdin: its settings hold'
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --check 'Write nothing; exit 1 if something would change'
            cand --diff 'Write nothing; show what would change'
            cand --force-exclude 'Pass over named files too that `[lint] exclude` names or that no phone may read'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;render'= {
            cand --mac 'The phones, in any spelling of the MAC; `any` for one without files of its own'
            cand --out 'With --all: write one file a phone, ROOT/MAC.cfg, below this directory'
            cand --format 'How to show it'
            cand --only 'Only parameters whose names match a glob; may be given several times'
            cand --with 'Suppose that this setting stood at the end of a file, or of what each phone reads; may be given several times'
            cand --without 'Suppose that this file were not there; may be given several times'
            cand --model 'Show every phone as this model'
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --all 'Every phone'
            cand --origin 'Say in a comment above each setting where it comes from, and what it beat'
            cand --online 'Fetch absolute http and https includes'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;why'= {
            cand --mac 'The phone, in any spelling of the MAC; `any` for one without files of its own'
            cand --source 'The provisioning tree'
            cand --format 'How to show it'
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --online 'Fetch absolute http and https includes'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;diff'= {
            cand --mac 'Only these phones'
            cand --format 'How to show it'
            cand --gate 'End with 1 where phones would leave, reboot, register anew (reregister), keep what is gone (sticks), or where more than N phones change (phones=N)'
            cand --with 'Suppose that this setting stood at the end of a file, or of what each phone reads; may be given several times'
            cand --without 'Suppose that this file were not there; may be given several times'
            cand --model 'Leave out what phones of this model do not take'
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --exit-code 'End with 1 where anything changes'
            cand --expect-unchanged 'The same, and say so: for changes that are meant to change no phone'
            cand --show-secrets 'Do not mask passwords'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;impact'= {
            cand --source 'The provisioning tree'
            cand --format 'How to show it'
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;phones'= {
            cand --format 'How to show them'
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;phonebook'= {
            cand --to 'The form to write'
            cand --out 'Write this file instead of stdout'
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --menus 'Write a remote phonebook with a menu for each group; documented for Yealink only'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;fetch'= {
            cand --mac 'The phone, in any spelling of the MAC'
            cand --out 'Keep what comes below this directory'
            cand --user-agent 'What the phone calls itself over http (default: Flyingvoice FIP13G V0.6.24 with its MAC)'
            cand --format 'How to show it'
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;explain'= {
            cand --format 'How to show it'
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --list 'All rules, by chapter'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;schema'= {
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List the parameters, by section'
            cand search 'Find parameters by words of their names, descriptions and values'
            cand check 'Check schemas that extend the built-in one'
            cand import 'Draft a schema from a vendor''s template'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'fvprov;schema;list'= {
            cand --section 'Only this section, in full or a part of it: Account/Codec, Account, codec'
            cand --model 'Only what this model takes'
            cand --format 'How to show them'
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;schema;search'= {
            cand --format 'How to show them, best first'
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;schema;check'= {
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;schema;import'= {
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --new-only 'Leave out names that the catalogue has already'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;schema;help'= {
            cand list 'List the parameters, by section'
            cand search 'Find parameters by words of their names, descriptions and values'
            cand check 'Check schemas that extend the built-in one'
            cand import 'Draft a schema from a vendor''s template'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'fvprov;schema;help;list'= {
        }
        &'fvprov;schema;help;search'= {
        }
        &'fvprov;schema;help;check'= {
        }
        &'fvprov;schema;help;import'= {
        }
        &'fvprov;schema;help;help'= {
        }
        &'fvprov;completions'= {
            cand --config 'Use this settings file instead of the nearest fvprov.toml'
            cand --schema 'Lay this schema over the catalogue, after those of the settings'
            cand --color 'When to use colours'
            cand --threads 'How many threads read and judge (default: one a core)'
            cand --isolated 'Use no settings file'
            cand --insecure 'Take certificates of https and ftps that nobody vouches for'
            cand -q 'No notes, no closing line'
            cand --quiet 'No notes, no closing line'
            cand -v 'Say on stderr what is read'
            cand --verbose 'Say on stderr what is read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'fvprov;help'= {
            cand lint 'Find what is wrong in a provisioning tree'
            cand fmt 'Give boot and cfg files one form of white space'
            cand render 'Show what a phone ends up with'
            cand why 'Show which file decides a parameter, and what it beat'
            cand diff 'Show what a change does to which phones'
            cand impact 'Show which phones a file, a line or a parameter concerns'
            cand phones 'List every phone of a tree'
            cand phonebook 'Convert a phonebook between CSV, remote and local XML'
            cand fetch 'Ask a server for what a phone would get'
            cand explain 'Explain a rule or a parameter'
            cand schema 'Show and extend the catalogue of parameters'
            cand completions 'Print the completion script of a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'fvprov;help;lint'= {
        }
        &'fvprov;help;fmt'= {
        }
        &'fvprov;help;render'= {
        }
        &'fvprov;help;why'= {
        }
        &'fvprov;help;diff'= {
        }
        &'fvprov;help;impact'= {
        }
        &'fvprov;help;phones'= {
        }
        &'fvprov;help;phonebook'= {
        }
        &'fvprov;help;fetch'= {
        }
        &'fvprov;help;explain'= {
        }
        &'fvprov;help;schema'= {
            cand list 'List the parameters, by section'
            cand search 'Find parameters by words of their names, descriptions and values'
            cand check 'Check schemas that extend the built-in one'
            cand import 'Draft a schema from a vendor''s template'
        }
        &'fvprov;help;schema;list'= {
        }
        &'fvprov;help;schema;search'= {
        }
        &'fvprov;help;schema;check'= {
        }
        &'fvprov;help;schema;import'= {
        }
        &'fvprov;help;completions'= {
        }
        &'fvprov;help;help'= {
        }
    ]
    $completions[$command]
}
