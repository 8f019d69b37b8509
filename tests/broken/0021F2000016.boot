#!version:1.0.0.1
# Lift, hall 2: listens to paging, has no account
include:config <y000000000000.cfg>
include:config <sites/hafen.cfg>
