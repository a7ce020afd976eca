/* Tests of src/so_gude.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int so_gude(const char *hu, char huvej);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/so_gude.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/so_gude.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("so_gude(\"9\", 'a')", so_gude("9", 'a'), -1);
    CHECK("so_gude(\"cbbbbc\", '1')", so_gude("cbbbbc", '1'), -1);
    CHECK("so_gude(\"oo\", ' ')", so_gude("oo", ' '), -1);
    CHECK("so_gude(\"ee9t\", '1')", so_gude("ee9t", '1'), -1);
    CHECK("so_gude(\"9eau\", ' ')", so_gude("9eau", ' '), -1);
    CHECK("so_gude(\"9   eo \", 'b')", so_gude("9   eo ", 'b'), -1);
    CHECK("so_gude(\"c\", 'o')", so_gude("c", 'o'), -1);
    CHECK("so_gude(\"uec\", 't')", so_gude("uec", 't'), -1);
    CHECK("so_gude(\" \", 'a')", so_gude(" ", 'a'), -1);
    CHECK("so_gude(\"obebo\", 'o')", so_gude("obebo", 'o'), 0);
    puts("ok src/so_gude.c");
    return 0;
}
