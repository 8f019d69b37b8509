# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_fvprov_global_optspecs
    string join \n config= isolated schema= insecure color= q/quiet v/verbose threads= h/help V/version
end

function __fish_fvprov_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_fvprov_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_fvprov_using_subcommand
    set -l cmd (__fish_fvprov_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c fvprov -n "__fish_fvprov_needs_command" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_needs_command" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_needs_command" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_needs_command" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_needs_command" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_needs_command" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_needs_command" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_needs_command" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_needs_command" -s V -l version -d 'Print version'
complete -c fvprov -n "__fish_fvprov_needs_command" -f -a "lint" -d 'Find what is wrong in a provisioning tree'
complete -c fvprov -n "__fish_fvprov_needs_command" -f -a "fmt" -d 'Give boot and cfg files one form of white space'
complete -c fvprov -n "__fish_fvprov_needs_command" -f -a "render" -d 'Show what a phone ends up with'
complete -c fvprov -n "__fish_fvprov_needs_command" -f -a "why" -d 'Show which file decides a parameter, and what it beat'
complete -c fvprov -n "__fish_fvprov_needs_command" -f -a "diff" -d 'Show what a change does to which phones'
complete -c fvprov -n "__fish_fvprov_needs_command" -f -a "impact" -d 'Show which phones a file, a line or a parameter concerns'
complete -c fvprov -n "__fish_fvprov_needs_command" -f -a "phones" -d 'List every phone of a tree'
complete -c fvprov -n "__fish_fvprov_needs_command" -f -a "phonebook" -d 'Convert a phonebook between CSV, remote and local XML'
complete -c fvprov -n "__fish_fvprov_needs_command" -f -a "fetch" -d 'Ask a server for what a phone would get'
complete -c fvprov -n "__fish_fvprov_needs_command" -f -a "explain" -d 'Explain a rule or a parameter'
complete -c fvprov -n "__fish_fvprov_needs_command" -f -a "schema" -d 'Show and extend the catalogue of parameters'
complete -c fvprov -n "__fish_fvprov_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c fvprov -n "__fish_fvprov_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l stdin-filename -d 'Read standard input in place of this file of the tree' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l mac -d 'Only what concerns these phones' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l select -d 'Run only these rules; `default` stands for all that run otherwise' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l ignore -d 'Do not run these rules' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l level -d 'Report a rule at another level: error, warning or info' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l fail-on -d 'The level from which findings make the exit code 1: error, warning, info or never (default: error)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l output-format -d 'How to say it, and where: to stdout or to a file; may be given several times' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l baseline -d 'Say nothing of the findings that this file keeps, so that only new ones count' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l model -d 'Judge every phone as this model' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l fix -d 'Mend what can be mended without changing what any phone gets, which is proved for each batch'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l unsafe-fixes -d 'With --fix or --diff: mend also what changes what phones get, or rests on a guess'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l diff -d 'Show what --fix would change, and write nothing'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l watch -d 'Lint again whenever a file of the tree changes, until Ctrl-C'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l statistics -d 'Count the findings by rule instead of showing them (full and concise)'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l ignore-suppressions -d 'Report also what comments in the files suppress'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l write-baseline -d 'Write what is found to the baseline, whose findings are not reported from then on'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l force-exclude -d 'Leave out what `[lint] exclude` names also where it is named here, as pre-commit does'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l online -d 'Fetch absolute http and https includes'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand fmt" -l stdin-filename -d 'The file whose text comes on stdin: its settings hold' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand fmt" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand fmt" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand fmt" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand fmt" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand fmt" -l check -d 'Write nothing; exit 1 if something would change'
complete -c fvprov -n "__fish_fvprov_using_subcommand fmt" -l diff -d 'Write nothing; show what would change'
complete -c fvprov -n "__fish_fvprov_using_subcommand fmt" -l force-exclude -d 'Pass over named files too that `[lint] exclude` names or that no phone may read'
complete -c fvprov -n "__fish_fvprov_using_subcommand fmt" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand fmt" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand fmt" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand fmt" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand fmt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l mac -d 'The phones, in any spelling of the MAC; `any` for one without files of its own' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l out -d 'With --all: write one file a phone, ROOT/MAC.cfg, below this directory' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l format -d 'How to show it' -r -f -a "cfg\t'A cfg file'
json\t'One object a phone, with where each value comes from'"
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l only -d 'Only parameters whose names match a glob; may be given several times' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l with -d 'Suppose that this setting stood at the end of a file, or of what each phone reads; may be given several times' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l without -d 'Suppose that this file were not there; may be given several times' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l model -d 'Show every phone as this model' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l all -d 'Every phone'
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l origin -d 'Say in a comment above each setting where it comes from, and what it beat'
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l online -d 'Fetch absolute http and https includes'
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand render" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand why" -l mac -d 'The phone, in any spelling of the MAC; `any` for one without files of its own' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand why" -l source -d 'The provisioning tree' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand why" -l format -d 'How to show it' -r -f -a "text\t'For a person'
json\t'One object a parameter'"
complete -c fvprov -n "__fish_fvprov_using_subcommand why" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand why" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand why" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand why" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand why" -l online -d 'Fetch absolute http and https includes'
complete -c fvprov -n "__fish_fvprov_using_subcommand why" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand why" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand why" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand why" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l mac -d 'Only these phones' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l format -d 'How to show it' -r -f -a "text\t'For a person'
json\t'For programs'
markdown\t'For a pull request'"
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l gate -d 'End with 1 where phones would leave, reboot, register anew (reregister), keep what is gone (sticks), or where more than N phones change (phones=N)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l with -d 'Suppose that this setting stood at the end of a file, or of what each phone reads; may be given several times' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l without -d 'Suppose that this file were not there; may be given several times' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l model -d 'Leave out what phones of this model do not take' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l exit-code -d 'End with 1 where anything changes'
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l expect-unchanged -d 'The same, and say so: for changes that are meant to change no phone'
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l show-secrets -d 'Do not mask passwords'
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand impact" -l source -d 'The provisioning tree' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand impact" -l format -d 'How to show it' -r -f -a "text\t'For a person'
json\t'One object a target'"
complete -c fvprov -n "__fish_fvprov_using_subcommand impact" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand impact" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand impact" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand impact" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand impact" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand impact" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand impact" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand impact" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand impact" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand phones" -l format -d 'How to show them' -r -f -a "table\t'For a person'
json\t'An array'
csv\t'For a spreadsheet'"
complete -c fvprov -n "__fish_fvprov_using_subcommand phones" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand phones" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand phones" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand phones" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand phones" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand phones" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand phones" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand phones" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand phones" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand phonebook" -l to -d 'The form to write' -r -f -a "csv\t'A spreadsheet: UTF-8, columns between commas'
remote\t'A remote phonebook: phones look contacts up on the server'
local\t'A local phonebook: phones copy the contacts'"
complete -c fvprov -n "__fish_fvprov_using_subcommand phonebook" -l out -d 'Write this file instead of stdout' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand phonebook" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand phonebook" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand phonebook" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand phonebook" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand phonebook" -l menus -d 'Write a remote phonebook with a menu for each group; documented for Yealink only'
complete -c fvprov -n "__fish_fvprov_using_subcommand phonebook" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand phonebook" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand phonebook" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand phonebook" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand phonebook" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand fetch" -l mac -d 'The phone, in any spelling of the MAC' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand fetch" -l out -d 'Keep what comes below this directory' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand fetch" -l user-agent -d 'What the phone calls itself over http (default: Flyingvoice FIP13G V0.6.24 with its MAC)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand fetch" -l format -d 'How to show it' -r -f -a "text\t'For a person'
json\t'One object'"
complete -c fvprov -n "__fish_fvprov_using_subcommand fetch" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand fetch" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand fetch" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand fetch" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand fetch" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand fetch" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand fetch" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand fetch" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand fetch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand explain" -l format -d 'How to show it' -r -f -a "text\t'For a terminal'
json\t'For programs'
markdown\t'For a page'"
complete -c fvprov -n "__fish_fvprov_using_subcommand explain" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand explain" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand explain" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand explain" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand explain" -l list -d 'All rules, by chapter'
complete -c fvprov -n "__fish_fvprov_using_subcommand explain" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand explain" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand explain" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand explain" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -f -a "list" -d 'List the parameters, by section'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -f -a "search" -d 'Find parameters by words of their names, descriptions and values'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -f -a "check" -d 'Check schemas that extend the built-in one'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -f -a "import" -d 'Draft a schema from a vendor\'s template'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and not __fish_seen_subcommand_from list search check import help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from list" -l section -d 'Only this section, in full or a part of it: Account/Codec, Account, codec' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from list" -l model -d 'Only what this model takes' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from list" -l format -d 'How to show them' -r -f -a "text\t'For a person'
json\t'An array of entries'"
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from list" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from list" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from list" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from list" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from list" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from list" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from search" -l format -d 'How to show them, best first' -r -f -a "text\t'For a person'
json\t'An array of entries'"
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from search" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from search" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from search" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from search" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from search" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from search" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from search" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from search" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from check" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from check" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from check" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from check" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from check" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from check" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from check" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from import" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from import" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from import" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from import" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from import" -l new-only -d 'Leave out names that the catalogue has already'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from import" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from import" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from import" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the parameters, by section'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "search" -d 'Find parameters by words of their names, descriptions and values'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check schemas that extend the built-in one'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "import" -d 'Draft a schema from a vendor\'s template'
complete -c fvprov -n "__fish_fvprov_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c fvprov -n "__fish_fvprov_using_subcommand completions" -l config -d 'Use this settings file instead of the nearest fvprov.toml' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand completions" -l schema -d 'Lay this schema over the catalogue, after those of the settings' -r -F
complete -c fvprov -n "__fish_fvprov_using_subcommand completions" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is'
always\t'Always'
never\t'Never'"
complete -c fvprov -n "__fish_fvprov_using_subcommand completions" -l threads -d 'How many threads read and judge (default: one a core)' -r
complete -c fvprov -n "__fish_fvprov_using_subcommand completions" -l isolated -d 'Use no settings file'
complete -c fvprov -n "__fish_fvprov_using_subcommand completions" -l insecure -d 'Take certificates of https and ftps that nobody vouches for'
complete -c fvprov -n "__fish_fvprov_using_subcommand completions" -s q -l quiet -d 'No notes, no closing line'
complete -c fvprov -n "__fish_fvprov_using_subcommand completions" -s v -l verbose -d 'Say on stderr what is read'
complete -c fvprov -n "__fish_fvprov_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and not __fish_seen_subcommand_from lint fmt render why diff impact phones phonebook fetch explain schema completions help" -f -a "lint" -d 'Find what is wrong in a provisioning tree'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and not __fish_seen_subcommand_from lint fmt render why diff impact phones phonebook fetch explain schema completions help" -f -a "fmt" -d 'Give boot and cfg files one form of white space'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and not __fish_seen_subcommand_from lint fmt render why diff impact phones phonebook fetch explain schema completions help" -f -a "render" -d 'Show what a phone ends up with'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and not __fish_seen_subcommand_from lint fmt render why diff impact phones phonebook fetch explain schema completions help" -f -a "why" -d 'Show which file decides a parameter, and what it beat'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and not __fish_seen_subcommand_from lint fmt render why diff impact phones phonebook fetch explain schema completions help" -f -a "diff" -d 'Show what a change does to which phones'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and not __fish_seen_subcommand_from lint fmt render why diff impact phones phonebook fetch explain schema completions help" -f -a "impact" -d 'Show which phones a file, a line or a parameter concerns'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and not __fish_seen_subcommand_from lint fmt render why diff impact phones phonebook fetch explain schema completions help" -f -a "phones" -d 'List every phone of a tree'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and not __fish_seen_subcommand_from lint fmt render why diff impact phones phonebook fetch explain schema completions help" -f -a "phonebook" -d 'Convert a phonebook between CSV, remote and local XML'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and not __fish_seen_subcommand_from lint fmt render why diff impact phones phonebook fetch explain schema completions help" -f -a "fetch" -d 'Ask a server for what a phone would get'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and not __fish_seen_subcommand_from lint fmt render why diff impact phones phonebook fetch explain schema completions help" -f -a "explain" -d 'Explain a rule or a parameter'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and not __fish_seen_subcommand_from lint fmt render why diff impact phones phonebook fetch explain schema completions help" -f -a "schema" -d 'Show and extend the catalogue of parameters'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and not __fish_seen_subcommand_from lint fmt render why diff impact phones phonebook fetch explain schema completions help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and not __fish_seen_subcommand_from lint fmt render why diff impact phones phonebook fetch explain schema completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "list" -d 'List the parameters, by section'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "search" -d 'Find parameters by words of their names, descriptions and values'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "check" -d 'Check schemas that extend the built-in one'
complete -c fvprov -n "__fish_fvprov_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "import" -d 'Draft a schema from a vendor\'s template'
