#!version:1.0.0.1
# Silke Harms, dispatch, Bremerhaven. On loan from the training room, so the
# model stands here and moves with the file:
# fvprov: model=fip14g
include:config <y000000000000.cfg>
include:config <sites/head office/bremerhaven.cfg>
include:config <0021f2000007.cfg>
