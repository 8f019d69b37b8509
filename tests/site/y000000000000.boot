#!version:1.0.0.1
# For every phone without a boot file of its own, above all the spare in the
# IT cupboard, 0021f200000d. It gets what all phones share and no account, so
# it can be seen to work before somebody gives it a site and an extension.
include:config <y000000000000.cfg>
