-- Who did what in a dental practice: 12 columns, one long text; accents, quotes, tabs and line ends
-- as people type them. a, b, c are three dice of the row's number n.
create table :table (
    SecurityLogNum bigint(20) not null auto_increment,
    PermType smallint(6) not null,
    UserNum bigint(20) not null,
    LogDateTime datetime not null default '0000-00-00 00:00:00',
    LogText text default null,
    PatNum bigint(20) not null,
    CompName varchar(255) not null,
    FKey bigint(20) not null,
    LogSource tinyint(4) not null,
    DefNum bigint(20) not null,
    DefNumError bigint(20) not null,
    DateTPrevious datetime not null default '0001-01-01 00:00:00',
    primary key (SecurityLogNum),
    key LogDateTime (LogDateTime)
) engine = InnoDB default charset = utf8mb4;

insert into :table
select
    n,
    1 + a % 220,
    1 + b % 25,
    if(n % 2000 = 0, '0000-00-00 00:00:00',
        '2016-01-04 07:30:00' + interval n * 3200 div :rows day + interval a % 36000 second),
    if(n % 400 = 0, null, concat(
        elt(1 + c % 6,
            'Appointment moved from operatory 3 to operatory 5, ',
            'Viewed the chart of ',
            'Procedure completed: D2392 resin, two surfaces, posterior, for ',
            'Payment of 128.40 by card deleted.\nReason: "entered twice", told by ',
            'Changed the phone number\tfrom 555-0142 to 555-0177 of ',
            'Image exported to C:\\Pictures\\Export for '),
        elt(1 + b % 7, 'María López', 'John O''Brien', 'Zoë Müller', 'Ann Lee', 'Søren Åberg',
            'Li Wei 李伟', 'Mary Smith'),
        elt(1 + a % 3, '', ', confirmed by telephone', ' (second try, the first was refused)'))),
    1 + a % 40000,
    concat('FRONTDESK-', 1 + c % 14),
    if(c % 6 = 1, 0, 1 + n div 3),
    c % 4,
    0,
    0,
    if(b % 3 = 0, '2016-01-04 07:30:00' + interval n * 3200 div :rows day, '0001-01-01')
from (
    select
        seq as n,
        crc32(concat('a', seq)) as a,
        crc32(concat('b', seq)) as b,
        crc32(concat('c', seq)) as c
    from seq_1_to_:rows
) as dice;
