complete --keep-order --exclusive --command fvprov --arguments "(FVPROV_COMPLETE=fish fvprov -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
