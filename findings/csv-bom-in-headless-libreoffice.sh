#!/bin/sh
# LibreOffice without a window takes a CSV in UTF-8 with its byte-order mark for Windows-1252.
# Opened by hand the dialog finds the mark; `soffice --convert-to` asks nobody and does not look.
set -eu
command -v soffice >/dev/null || { echo "soffice (Debian: libreoffice-calc) is missing"; exit 2; }
soffice --version
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
printf '\357\273\277\345\272\217\345\217\267,x\r\n1.1,a\r\n' >ledger.csv   # BOM, 序号

convert() {  # folder for the result, further arguments
    out=$1; shift
    soffice "-env:UserInstallation=file://$folder/profile" --headless "$@" \
        --convert-to fods --outdir "$out" ledger.csv >/dev/null 2>&1
}
convert plain
convert told "--infilter=CSV:44,34,76,1"   # 76: UTF-8
[ -s plain/ledger.fods ] || { echo "nothing was converted: is libreoffice-calc installed?"; exit 2; }

echo "without a filter:"; grep -oP '<text:p>\K[^<][^<]*' plain/ledger.fods | sed -n 2p
echo "told that it is UTF-8:"; grep -oP '<text:p>\K[^<][^<]*' told/ledger.fods | sed -n 2p
if grep -q '序号' plain/ledger.fods; then echo "CHANGED: the mark is heeded now"; exit 1; fi
grep -q '<text:p>序号' told/ledger.fods
echo "as described"
