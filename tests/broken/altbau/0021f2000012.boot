#!version:1.0.0.1
# Crane 3, when it was served from the old building
include:config <0021f2000012.cfg>
