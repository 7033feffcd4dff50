#!/usr/bin/perl
# hash_lookup.pl LIST LOG - the script that a site writes first: the list in
# a hash; of each query line of BIND's log the name, and each parent of it,
# looked up there.  Prints the lines that match.
use strict;
use warnings;

my ($list, $log) = @ARGV;
my %bad;

open my $names, '<', $list or die "$list: $!\n";
while (my $name = <$names>) {
    chomp $name;
    $bad{lc $name} = 1 if $name ne '' && $name !~ /^#/;
}
close $names;

open my $lines, '<', $log or die "$log: $!\n";
while (my $line = <$lines>) {
    next unless $line =~ /\): query: (\S+) \S+ \S+ /;
    my $name = lc $1;
    $name =~ s/\.$//;
    while (1) {
        if (exists $bad{$name}) {
            print $line;
            last;
        }
        my $dot = index $name, '.';
        last if $dot < 0;
        $name = substr $name, $dot + 1;
    }
}
