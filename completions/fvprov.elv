set edit:completion:arg-completer[fvprov] = { |@words|
    var index = (count $words)
    set index = (- $index 1)

    put (env _CLAP_IFS="\n" _CLAP_COMPLETE_INDEX=(to-string $index) FVPROV_COMPLETE="elvish" fvprov -- $@words) | to-lines
}
