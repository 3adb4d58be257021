-- How many messages went from an address on a day of its own, whatever the instance. Locked in the transaction that plans, so
-- that replicas together keep to the limit.
CREATE TABLE sender_day (
    tenant_id      uuid    NOT NULL,
    sender_address text    NOT NULL,
    day            date    NOT NULL,
    planned        integer NOT NULL DEFAULT 0,
    turned_away    integer NOT NULL DEFAULT 0, -- had to wait for another day; keeps them in their order there
    CONSTRAINT sender_day_pk PRIMARY KEY (tenant_id, sender_address, day)
);

-- Whoever has an address here works with nobody else who has: their domain is no company. The large providers that give
-- addresses to everybody.
CREATE TABLE free_mail_domain (
    domain text CONSTRAINT free_mail_domain_pk PRIMARY KEY
);
INSERT INTO free_mail_domain (domain) VALUES
    ('aol.com'), ('att.net'), ('bellsouth.net'), ('bigpond.com'), ('bluewin.ch'), ('bol.com.br'),
    ('btinternet.com'), ('comcast.net'), ('cox.net'), ('duck.com'), ('earthlink.net'), ('email.cz'),
    ('fastmail.com'), ('fastmail.fm'), ('free.fr'), ('freenet.de'), ('gmail.com'), ('gmx.at'),
    ('gmx.ch'), ('gmx.com'), ('gmx.de'), ('gmx.net'), ('googlemail.com'), ('hey.com'),
    ('hotmail.be'), ('hotmail.ca'), ('hotmail.co.uk'), ('hotmail.com'), ('hotmail.de'), ('hotmail.es'),
    ('hotmail.fr'), ('hotmail.it'), ('hushmail.com'), ('icloud.com'), ('inbox.com'), ('inbox.lv'),
    ('inbox.ru'), ('interia.pl'), ('laposte.net'), ('libero.it'), ('list.ru'), ('live.ca'),
    ('live.co.uk'), ('live.com'), ('live.de'), ('live.fr'), ('live.nl'), ('mac.com'),
    ('mail.com'), ('mail.de'), ('mail.ee'), ('mail.ru'), ('mailbox.org'), ('mailfence.com'),
    ('me.com'), ('msn.com'), ('naver.com'), ('o2.pl'), ('onet.pl'), ('optonline.net'),
    ('orange.fr'), ('outlook.com'), ('outlook.de'), ('outlook.es'), ('outlook.fr'), ('outlook.it'),
    ('outlook.jp'), ('pm.me'), ('posteo.de'), ('proton.me'), ('protonmail.ch'), ('protonmail.com'),
    ('qq.com'), ('rediffmail.com'), ('rocketmail.com'), ('rogers.com'), ('runbox.com'), ('sbcglobal.net'),
    ('seznam.cz'), ('sfr.fr'), ('shaw.ca'), ('sina.com'), ('sohu.com'), ('sympatico.ca'),
    ('t-online.de'), ('terra.com.br'), ('tuta.com'), ('tutanota.com'), ('ukr.net'), ('uol.com.br'),
    ('verizon.net'), ('virgilio.it'), ('vodafone.de'), ('wanadoo.fr'), ('web.de'), ('wp.pl'),
    ('xtra.co.nz'), ('ya.ru'), ('yahoo.ca'), ('yahoo.co.in'), ('yahoo.co.jp'), ('yahoo.co.uk'),
    ('yahoo.com'), ('yahoo.com.au'), ('yahoo.com.br'), ('yahoo.de'), ('yahoo.es'), ('yahoo.fr'),
    ('yahoo.it'), ('yandex.com'), ('yandex.ru'), ('yeah.net'), ('ymail.com'), ('zoho.com'),
    ('zohomail.com'), ('126.com'), ('163.com'), ('139.com'), ('daum.net'), ('hanmail.net'),
    ('abv.bg');
