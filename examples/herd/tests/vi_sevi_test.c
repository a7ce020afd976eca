/* Tests of src/vi_sevi.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int vi_sevi(int bomiri, int x);
int vi_sevi_wali(const char *pos);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/vi_sevi.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/vi_sevi.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("vi_sevi(6, 0)", vi_sevi(6, 0), 6);
    CHECK("vi_sevi(1, 2)", vi_sevi(1, 2), 3);
    CHECK("vi_sevi(3, 3)", vi_sevi(3, 3), 6);
    CHECK("vi_sevi(0, 30)", vi_sevi(0, 30), 2);
    CHECK("vi_sevi(6, 18)", vi_sevi(6, 18), 3);
    CHECK("vi_sevi(6, 6)", vi_sevi(6, 6), 5);
    CHECK("vi_sevi(5, 22)", vi_sevi(5, 22), 6);
    CHECK("vi_sevi(4, 5)", vi_sevi(4, 5), 2);
    CHECK("vi_sevi(2, 0)", vi_sevi(2, 0), 2);
    CHECK("vi_sevi(6, 7)", vi_sevi(6, 7), 6);
    CHECK("vi_sevi_wali(\"oti\")", vi_sevi_wali("oti"), 1);
    CHECK("vi_sevi_wali(\"t aca\")", vi_sevi_wali("t aca"), 2);
    CHECK("vi_sevi_wali(\"\")", vi_sevi_wali(""), 0);
    CHECK("vi_sevi_wali(\"9cta\")", vi_sevi_wali("9cta"), 1);
    CHECK("vi_sevi_wali(\"cbbebbc\")", vi_sevi_wali("cbbebbc"), 1);
    CHECK("vi_sevi_wali(\" \")", vi_sevi_wali(" "), 0);
    CHECK("vi_sevi_wali(\"aeiet\")", vi_sevi_wali("aeiet"), 1);
    CHECK("vi_sevi_wali(\"1ia1cuu\")", vi_sevi_wali("1ia1cuu"), 1);
    CHECK("vi_sevi_wali(\"9u\")", vi_sevi_wali("9u"), 1);
    CHECK("vi_sevi_wali(\"i0a\")", vi_sevi_wali("i0a"), 1);
    puts("ok src/vi_sevi.c");
    return 0;
}
