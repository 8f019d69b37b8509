
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'fvprov' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'fvprov'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'fvprov' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('lint', 'lint', [CompletionResultType]::ParameterValue, 'Find what is wrong in a provisioning tree')
            [CompletionResult]::new('fmt', 'fmt', [CompletionResultType]::ParameterValue, 'Give boot and cfg files one form of white space')
            [CompletionResult]::new('render', 'render', [CompletionResultType]::ParameterValue, 'Show what a phone ends up with')
            [CompletionResult]::new('why', 'why', [CompletionResultType]::ParameterValue, 'Show which file decides a parameter, and what it beat')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what a change does to which phones')
            [CompletionResult]::new('impact', 'impact', [CompletionResultType]::ParameterValue, 'Show which phones a file, a line or a parameter concerns')
            [CompletionResult]::new('phones', 'phones', [CompletionResultType]::ParameterValue, 'List every phone of a tree')
            [CompletionResult]::new('phonebook', 'phonebook', [CompletionResultType]::ParameterValue, 'Convert a phonebook between CSV, remote and local XML')
            [CompletionResult]::new('fetch', 'fetch', [CompletionResultType]::ParameterValue, 'Ask a server for what a phone would get')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a rule or a parameter')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Show and extend the catalogue of parameters')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'fvprov;lint' {
            [CompletionResult]::new('--stdin-filename', '--stdin-filename', [CompletionResultType]::ParameterName, 'Read standard input in place of this file of the tree')
            [CompletionResult]::new('--mac', '--mac', [CompletionResultType]::ParameterName, 'Only what concerns these phones')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'Run only these rules; `default` stands for all that run otherwise')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Do not run these rules')
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'Report a rule at another level: error, warning or info')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'The level from which findings make the exit code 1: error, warning, info or never (default: error)')
            [CompletionResult]::new('--output-format', '--output-format', [CompletionResultType]::ParameterName, 'How to say it, and where: to stdout or to a file; may be given several times')
            [CompletionResult]::new('--baseline', '--baseline', [CompletionResultType]::ParameterName, 'Say nothing of the findings that this file keeps, so that only new ones count')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Judge every phone as this model')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Mend what can be mended without changing what any phone gets, which is proved for each batch')
            [CompletionResult]::new('--unsafe-fixes', '--unsafe-fixes', [CompletionResultType]::ParameterName, 'With --fix or --diff: mend also what changes what phones get, or rests on a guess')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Show what --fix would change, and write nothing')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Lint again whenever a file of the tree changes, until Ctrl-C')
            [CompletionResult]::new('--statistics', '--statistics', [CompletionResultType]::ParameterName, 'Count the findings by rule instead of showing them (full and concise)')
            [CompletionResult]::new('--ignore-suppressions', '--ignore-suppressions', [CompletionResultType]::ParameterName, 'Report also what comments in the files suppress')
            [CompletionResult]::new('--write-baseline', '--write-baseline', [CompletionResultType]::ParameterName, 'Write what is found to the baseline, whose findings are not reported from then on')
            [CompletionResult]::new('--force-exclude', '--force-exclude', [CompletionResultType]::ParameterName, 'Leave out what `[lint] exclude` names also where it is named here, as pre-commit does')
            [CompletionResult]::new('--online', '--online', [CompletionResultType]::ParameterName, 'Fetch absolute http and https includes')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;fmt' {
            [CompletionResult]::new('--stdin-filename', '--stdin-filename', [CompletionResultType]::ParameterName, 'The file whose text comes on stdin: its settings hold')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing; exit 1 if something would change')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Write nothing; show what would change')
            [CompletionResult]::new('--force-exclude', '--force-exclude', [CompletionResultType]::ParameterName, 'Pass over named files too that `[lint] exclude` names or that no phone may read')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;render' {
            [CompletionResult]::new('--mac', '--mac', [CompletionResultType]::ParameterName, 'The phones, in any spelling of the MAC; `any` for one without files of its own')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'With --all: write one file a phone, ROOT/MAC.cfg, below this directory')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show it')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only parameters whose names match a glob; may be given several times')
            [CompletionResult]::new('--with', '--with', [CompletionResultType]::ParameterName, 'Suppose that this setting stood at the end of a file, or of what each phone reads; may be given several times')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'Suppose that this file were not there; may be given several times')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Show every phone as this model')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every phone')
            [CompletionResult]::new('--origin', '--origin', [CompletionResultType]::ParameterName, 'Say in a comment above each setting where it comes from, and what it beat')
            [CompletionResult]::new('--online', '--online', [CompletionResultType]::ParameterName, 'Fetch absolute http and https includes')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;why' {
            [CompletionResult]::new('--mac', '--mac', [CompletionResultType]::ParameterName, 'The phone, in any spelling of the MAC; `any` for one without files of its own')
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'The provisioning tree')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show it')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--online', '--online', [CompletionResultType]::ParameterName, 'Fetch absolute http and https includes')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;diff' {
            [CompletionResult]::new('--mac', '--mac', [CompletionResultType]::ParameterName, 'Only these phones')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show it')
            [CompletionResult]::new('--gate', '--gate', [CompletionResultType]::ParameterName, 'End with 1 where phones would leave, reboot, register anew (reregister), keep what is gone (sticks), or where more than N phones change (phones=N)')
            [CompletionResult]::new('--with', '--with', [CompletionResultType]::ParameterName, 'Suppose that this setting stood at the end of a file, or of what each phone reads; may be given several times')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'Suppose that this file were not there; may be given several times')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Leave out what phones of this model do not take')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'End with 1 where anything changes')
            [CompletionResult]::new('--expect-unchanged', '--expect-unchanged', [CompletionResultType]::ParameterName, 'The same, and say so: for changes that are meant to change no phone')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Do not mask passwords')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;impact' {
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'The provisioning tree')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show it')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;phones' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show them')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;phonebook' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The form to write')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Write this file instead of stdout')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--menus', '--menus', [CompletionResultType]::ParameterName, 'Write a remote phonebook with a menu for each group; documented for Yealink only')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;fetch' {
            [CompletionResult]::new('--mac', '--mac', [CompletionResultType]::ParameterName, 'The phone, in any spelling of the MAC')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Keep what comes below this directory')
            [CompletionResult]::new('--user-agent', '--user-agent', [CompletionResultType]::ParameterName, 'What the phone calls itself over http (default: Flyingvoice FIP13G V0.6.24 with its MAC)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show it')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;explain' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show it')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'All rules, by chapter')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;schema' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the parameters, by section')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Find parameters by words of their names, descriptions and values')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check schemas that extend the built-in one')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Draft a schema from a vendor''s template')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'fvprov;schema;list' {
            [CompletionResult]::new('--section', '--section', [CompletionResultType]::ParameterName, 'Only this section, in full or a part of it: Account/Codec, Account, codec')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Only what this model takes')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show them')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;schema;search' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to show them, best first')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;schema;check' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;schema;import' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--new-only', '--new-only', [CompletionResultType]::ParameterName, 'Leave out names that the catalogue has already')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;schema;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the parameters, by section')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Find parameters by words of their names, descriptions and values')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check schemas that extend the built-in one')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Draft a schema from a vendor''s template')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'fvprov;schema;help;list' {
            break
        }
        'fvprov;schema;help;search' {
            break
        }
        'fvprov;schema;help;check' {
            break
        }
        'fvprov;schema;help;import' {
            break
        }
        'fvprov;schema;help;help' {
            break
        }
        'fvprov;completions' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Use this settings file instead of the nearest fvprov.toml')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Lay this schema over the catalogue, after those of the settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read and judge (default: one a core)')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Use no settings file')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take certificates of https and ftps that nobody vouches for')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No notes, no closing line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'fvprov;help' {
            [CompletionResult]::new('lint', 'lint', [CompletionResultType]::ParameterValue, 'Find what is wrong in a provisioning tree')
            [CompletionResult]::new('fmt', 'fmt', [CompletionResultType]::ParameterValue, 'Give boot and cfg files one form of white space')
            [CompletionResult]::new('render', 'render', [CompletionResultType]::ParameterValue, 'Show what a phone ends up with')
            [CompletionResult]::new('why', 'why', [CompletionResultType]::ParameterValue, 'Show which file decides a parameter, and what it beat')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what a change does to which phones')
            [CompletionResult]::new('impact', 'impact', [CompletionResultType]::ParameterValue, 'Show which phones a file, a line or a parameter concerns')
            [CompletionResult]::new('phones', 'phones', [CompletionResultType]::ParameterValue, 'List every phone of a tree')
            [CompletionResult]::new('phonebook', 'phonebook', [CompletionResultType]::ParameterValue, 'Convert a phonebook between CSV, remote and local XML')
            [CompletionResult]::new('fetch', 'fetch', [CompletionResultType]::ParameterValue, 'Ask a server for what a phone would get')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a rule or a parameter')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Show and extend the catalogue of parameters')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'fvprov;help;lint' {
            break
        }
        'fvprov;help;fmt' {
            break
        }
        'fvprov;help;render' {
            break
        }
        'fvprov;help;why' {
            break
        }
        'fvprov;help;diff' {
            break
        }
        'fvprov;help;impact' {
            break
        }
        'fvprov;help;phones' {
            break
        }
        'fvprov;help;phonebook' {
            break
        }
        'fvprov;help;fetch' {
            break
        }
        'fvprov;help;explain' {
            break
        }
        'fvprov;help;schema' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the parameters, by section')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Find parameters by words of their names, descriptions and values')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check schemas that extend the built-in one')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Draft a schema from a vendor''s template')
            break
        }
        'fvprov;help;schema;list' {
            break
        }
        'fvprov;help;schema;search' {
            break
        }
        'fvprov;help;schema;check' {
            break
        }
        'fvprov;help;schema;import' {
            break
        }
        'fvprov;help;completions' {
            break
        }
        'fvprov;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
